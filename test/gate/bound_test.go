package gate

import (
	"maps"
	"net/http"
	"strings"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/server/dpop/dpoptest"
	"github.com/grantor-dev/grantor/test/installation"
)

// What the original request was, a proxy says that is believed, or nobody.
func TestBoundTokens(t *testing.T) {
	p := newParty(t)
	key := dpoptest.NewKey(t)
	token := p.bound(t, key, "tickets.read")
	stranger := p
	stranger.replica = shared.Grantor(t).Servers[0]
	with := func(htu string, header http.Header) http.Header {
		out := http.Header{
			"Authorization": {"DPoP " + token}, "Dpop": {key.Proof(http.MethodPost, htu, map[string]any{"ath": dpoptest.Ath(token)})},
			"X-Forwarded-Method": {"POST"}, "X-Forwarded-Proto": {"https"}, "X-Forwarded-Host": {public}, "X-Forwarded-Uri": {"/mcp?a=b"},
		}
		maps.Copy(out, header)
		return out
	}
	const url = "https://" + public + "/mcp"
	for name, test := range map[string]struct {
		p      party
		q      question
		status int
		says   string
	}{
		"by X-Forwarded":                 {p, question{path: p.path(), header: with(url, nil)}, 200, ""},
		"by X-Forwarded, with a port":    {p, question{path: p.path(), header: with("https://"+public+":443/mcp", nil)}, 200, ""},
		"as Envoy says it":               {p, question{method: "POST", host: public, path: p.path() + "/mcp?a=b", header: with(url, http.Header{"X-Forwarded-Method": {"GET"}, "X-Forwarded-Uri": {"/x"}, "X-Forwarded-Host": {"x"}})}, 200, ""},
		"as Envoy says it, without more": {p, question{method: "POST", host: public, path: p.path() + "/mcp", header: with(url, http.Header{"X-Forwarded-Proto": nil})}, 200, ""},
		"as Envoy says it, elsewhere":    {p, question{method: "POST", host: "x.example.com", path: p.path() + "/mcp", header: with(url, nil)}, 401, "The htu"},
		"by a proxy that is a stranger":  {stranger, question{path: p.path(), header: with(url, nil)}, 401, "trustedProxies"},
		"another method":                 {p, question{path: p.path(), header: with(url, http.Header{"X-Forwarded-Method": {"GET"}})}, 401, "The htm"},
		"two requests":                   {p, question{path: p.path(), header: with(url, http.Header{"X-Original-Method": {"GET"}})}, 401, "two different requests"},
		"another path":                   {p, question{path: p.path(), header: with(url, http.Header{"X-Forwarded-Uri": {"/mcp/"}})}, 401, "The htu"},
		"another path, escaped":          {p, question{path: p.path(), header: with("https://"+public+"/a%2Fb", http.Header{"X-Forwarded-Uri": {"/c%2Fd"}})}, 401, "The htu"},
		"the same path, escaped":         {p, question{path: p.path(), header: with("https://"+public+"/a%2Fb", http.Header{"X-Forwarded-Uri": {"/a%2Fb"}})}, 200, ""},
		"another host":                   {p, question{path: p.path(), header: with(url, http.Header{"X-Forwarded-Host": {"x.example.com"}})}, 401, "The htu"},
		"no method":                      {p, question{path: p.path(), header: with(url, http.Header{"X-Forwarded-Method": nil})}, 401, "each once"},
		"no protocol":                    {p, question{path: p.path(), header: with(url, http.Header{"X-Forwarded-Proto": nil})}, 401, "each once"},
		"another protocol":               {p, question{path: p.path(), header: with(url, http.Header{"X-Forwarded-Proto": {"javascript"}})}, 401, "each once"},
		"no host":                        {p, question{path: p.path(), header: with(url, http.Header{"X-Forwarded-Host": nil})}, 401, "each once"},
		"two hosts":                      {p, question{path: p.path(), header: with(url, http.Header{"X-Forwarded-Host": {public, public}})}, 401, "each once"},
		"two hosts in one":               {p, question{path: p.path(), header: with(url, http.Header{"X-Forwarded-Host": {public + ", " + public}})}, 401, "each once"},
		"a host with a path":             {p, question{path: p.path(), header: with(url, http.Header{"X-Forwarded-Host": {public + "/mcp"}})}, 401, "each once"},
		"a host with a user":             {p, question{path: p.path(), header: with(url, http.Header{"X-Forwarded-Host": {"x@" + public}})}, 401, "each once"},
		"no path":                        {p, question{path: p.path(), header: with(url, http.Header{"X-Forwarded-Uri": {""}})}, 401, "each once"},
		"a whole URL for a path":         {p, question{path: p.path(), header: with(url, http.Header{"X-Forwarded-Uri": {url}})}, 401, "each once"},
		"as Bearer":                      {p, question{path: p.path(), header: with(url, bearer(token))}, 401, "send it as DPoP"},
		"without a proof":                {p, question{path: p.path(), header: with(url, http.Header{"Dpop": nil})}, 401, "has no DPoP proof"},
		"two proofs":                     {p, question{path: p.path(), header: with(url, http.Header{"Dpop": {"a", "b"}})}, 401, "several DPoP headers"},
		"another scope":                  {p, question{path: p.path() + "?scope=tickets.write", header: with(url, nil)}, 403, "lacks a scope"},
	} {
		t.Run(name, func(t *testing.T) {
			answer := test.p.asks(t, test.q)
			said := answer.Header.Get("WWW-Authenticate")
			if answer.Status != test.status || !strings.Contains(said, test.says) {
				t.Errorf("%d %s\n%s", answer.Status, answer.Body, said)
			}
			if test.status != 200 && (!strings.HasPrefix(said, "DPoP ") || !strings.Contains(said, `algs="ES256 `) || !strings.Contains(said, "resource_metadata=")) {
				t.Errorf("the challenge is %s", said)
			}
		})
	}
	q := question{path: p.path(), header: with(url, nil)}
	if answer := p.asks(t, q); answer.Status != http.StatusOK || answer.Header.Get("DPoP-Nonce") == "" {
		t.Errorf("%d %s %v", answer.Status, answer.Body, answer.Header)
	}
	if answer := p.asks(t, q); answer.Status != http.StatusUnauthorized || answer.Code() != "invalid_dpop_proof" {
		t.Errorf("a proof that was used: %d %s", answer.Status, answer.Body)
	}
}

// A resource that requires proofs says so, and takes no other token.
func TestRequiredBinding(t *testing.T) {
	p := newParty(t, func(s *oauthv1alpha1.OAuthResourceSpec) { s.Tokens.Binding = oauthv1alpha1.AccessTokenBindingDPoP })
	answer := p.asks(t, question{path: p.path()})
	said := answer.Header.Values("WWW-Authenticate")
	if answer.Status != http.StatusUnauthorized || len(said) != 1 || !strings.HasPrefix(said[0], "DPoP ") || strings.Contains(said[0], "error=") || !strings.Contains(said[0], "algs=") {
		t.Errorf("%d %q", answer.Status, said)
	}
	// A token from before that.
	lax := newParty(t)
	token := lax.token(t, "tickets.read")
	r, admin := lax.resource, shared.Grantor(t).Admin
	if answer := lax.asks(t, question{path: lax.path(), header: bearer(token)}); answer.Status != http.StatusOK {
		t.Fatalf("%d %s", answer.Status, answer.Body)
	}
	current := r.DeepCopy()
	current.Spec.Tokens.Binding = oauthv1alpha1.AccessTokenBindingDPoP
	if err := admin.Update(t.Context(), current); err != nil {
		t.Fatal(err)
	}
	installation.Eventually(t, installation.Effective, func() bool {
		answer := lax.asks(t, question{path: lax.path(), header: bearer(token)})
		return answer.Status == http.StatusUnauthorized && strings.Contains(answer.Body, "spec.tokens.binding")
	}, func() string { return "refusal of a token that is not bound" })
}
