package gate

import (
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/grantor-dev/grantor/test/installation"
)

// names of the headers that an application reads.
var names = []string{"X-Auth-Subject", "X-Auth-Client", "X-Auth-Scopes", "X-Auth-User", "X-Auth-Groups"}

// factor is the class of a sign-in with a second factor.
const factor = "https://grantor.dev/acr/second-factor"

// Each request is answered for its token, the scopes that the proxy demands, and nothing else.
func TestAnswers(t *testing.T) {
	p := newParty(t)
	token, other := p.token(t, "openid profile groups tickets.read"), partyOf(t, shared.Grantor(t), shared.Namespace(t))
	metadata := p.app.Issuer + "/resources/" + p.resource.Namespace + "/tickets"
	challenge := `resource_metadata="` + metadata + `", scope="`
	for name, test := range map[string]struct {
		to      string
		header  http.Header
		status  int
		code    string
		says    string
		without string
	}{
		"no token":                         {"", nil, 401, "", `Bearer realm="default", ` + challenge + `tickets.read"`, "error="},
		"no token, and a scope":            {"?scope=tickets.write", nil, 401, "", challenge + `tickets.write"`, "error="},
		"another scheme":                   {"", http.Header{"Authorization": {"Basic YTpi"}}, 401, "", challenge, "error="},
		"an empty header":                  {"", http.Header{"Authorization": {""}}, 401, "", challenge, "error="},
		"no text behind the scheme":        {"", bearer(""), 401, "invalid_token", challenge, ""},
		"another text":                     {"", bearer("x"), 401, "invalid_token", `error="invalid_token"`, ""},
		"unicode":                          {"", bearer("\u0442\u043e\u043a"), 401, "invalid_token", challenge, ""},
		"a long text":                      {"", bearer(strings.Repeat("x", 12<<10)), 401, "invalid_token", challenge, ""},
		"a token of another resource":      {"", bearer(other.token(t, "tickets.read")), 401, "invalid_token", challenge, ""},
		"a token of no resource":           {"", bearer(bearerOf(p.app.Tokens(t, visitor(p), "alice", url.Values{"scope": {"openid"}}))), 401, "invalid_token", challenge, ""},
		"two headers":                      {"", http.Header{"Authorization": {"Bearer " + token, "Bearer " + token}}, 401, "invalid_request", "several Authorization headers", ""},
		"DPoP":                             {"", http.Header{"Authorization": {"DPoP " + token}}, 401, "invalid_token", "send it as Bearer", ""},
		"in the query of the request":      {"", http.Header{"Authorization": {"Bearer " + token}, "X-Forwarded-Uri": {"/x?a=b&access%5Ftoken=" + token}}, 401, "invalid_request", "never in the URL", ""},
		"in the query that Envoy appends":  {"/x?access_token=" + token, nil, 401, "invalid_request", "never in the URL", ""},
		"the token":                        {"", bearer(token), 200, "", "", ""},
		"another spelling of the scheme":   {"", http.Header{"Authorization": {"bEARER   " + token}}, 200, "", "", ""},
		"its scope":                        {"?scope=tickets.read", bearer(token), 200, "", "", ""},
		"its scope, in the path":           {";scope=tickets.read", bearer(token), 200, "", "", ""},
		"its scope, before a path":         {";scope=tickets.read/any/path?scope=tickets.write&x=y", bearer(token), 200, "", "", ""},
		"a scope of the catalogue":         {"?scope=profile+groups", bearer(token), 200, "", "", ""},
		"another scope":                    {"?scope=tickets.write", bearer(token), 403, "insufficient_scope", challenge + `tickets.write tickets.read"`, ""},
		"another scope, before a path":     {";scope=tickets.write/", bearer(token), 403, "insufficient_scope", challenge + `tickets.write tickets.read"`, ""},
		"two scopes, of which one":         {"?scope=tickets.read&scope=tickets.write", bearer(token), 403, "insufficient_scope", challenge + `tickets.read tickets.write"`, ""},
		"two scopes in one":                {"?scope=tickets.read%20tickets.write", bearer(token), 403, "insufficient_scope", "", ""},
		"two scopes in the path":           {";scope=tickets.read;scope=tickets.write", bearer(token), 403, "insufficient_scope", "", ""},
		"a scope with what separates":      {";scope=tickets%2Fa%2Cb%3Bc/x", bearer(token), 403, "insufficient_scope", `tickets/a,b;c`, ""},
		"a sign-in that is new":            {"?max_age=3600", bearer(token), 200, "", "", ""},
		"a second factor":                  {"?acr_values=" + factor, bearer(token), 401, "insufficient_user_authentication", challenge + `tickets.read", acr_values="` + factor + `", error=`, "max_age"},
		"both, before a path":              {";acr_values=" + url.PathEscape(factor) + ";max_age=300/x?max_age=1", bearer(token), 401, "insufficient_user_authentication", `acr_values="` + factor + `", max_age="300"`, ""},
		"a factor and a scope":             {"?scope=tickets.write&acr_values=" + factor, bearer(token), 401, "insufficient_user_authentication", challenge + `tickets.write tickets.read"`, ""},
		"a factor, without a token":        {"?acr_values=" + factor, nil, 401, "", challenge + `tickets.read"`, "error="},
		"another class":                    {"?acr_values=urn:x", bearer(token), 400, "invalid_request", "", ""},
		"an age that nothing meets":        {"?max_age=0", bearer(token), 400, "invalid_request", "", ""},
		"an unknown scope":                 {"?scope=tickets.none", bearer(token), 400, "invalid_scope", "", ""},
		"an unknown scope, before a path":  {";scope=tickets.none/", bearer(token), 400, "invalid_scope", "", ""},
		"dots in a path":                   {";scope=tickets.read/a/../b", bearer(token), 400, "invalid_request", "", ""},
		"dots in a path, escaped":          {";scope=tickets.read/a/%2E%2e/b", bearer(token), 400, "invalid_request", "", ""},
		"an empty scope":                   {"?scope=", bearer(token), 400, "invalid_scope", "", ""},
		"an empty scope in the path":       {";scope=", bearer(token), 400, "invalid_scope", "", ""},
		"another parameter":                {"?scopes=tickets.read", bearer(token), 400, "invalid_request", "", ""},
		"another parameter in the path":    {";scopes=tickets.read", bearer(token), 400, "invalid_request", "", ""},
		"no parameter in the path":         {";", bearer(token), 400, "invalid_request", "", ""},
		"another name":                     {"s", bearer(token), 404, "not_found", "", ""},
		"another name that is no resource": {"%2Fx", bearer(token), 404, "not_found", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			answer := p.asks(t, question{path: p.path() + test.to, header: test.header})
			said := strings.Join(answer.Header.Values("WWW-Authenticate"), "\n")
			if answer.Status != test.status || test.code != "" && answer.Code() != test.code || !strings.Contains(said, test.says) || test.without != "" && strings.Contains(said, test.without) {
				t.Errorf("%d %s\n%s", answer.Status, answer.Body, said)
			}
			if (answer.Status == 401 || answer.Status == 403) != (len(answer.Header.Values("WWW-Authenticate")) == 1) {
				t.Errorf("%d challenges", len(answer.Header.Values("WWW-Authenticate")))
			}
			if answer.Status == 200 {
				p.passed(t, answer)
			}
			if strings.Contains(answer.Body+said, token) {
				t.Error("the answer has the token")
			}
		})
	}
	p.logged(t, token)
}

// A sign-in becomes too old, and then only a new one helps.
func TestSignInThatIsTooOld(t *testing.T) {
	p := newParty(t)
	q := question{path: p.path() + "?max_age=1", header: bearer(p.token(t, "openid tickets.read"))}
	p.effective(t, q, http.StatusUnauthorized)
	answer := p.asks(t, q)
	if says := answer.Header.Get("WWW-Authenticate"); answer.Code() != "insufficient_user_authentication" || !strings.Contains(says, `max_age="1"`) || strings.Contains(says, "acr_values") {
		t.Errorf("%s %s", answer.Body, says)
	}
	q.path = p.path() + "?max_age=3600"
	if answer := p.asks(t, q); answer.Status != http.StatusOK {
		t.Errorf("with a longer age: %d %s", answer.Status, answer.Body)
	}
}

// logged checks what the replica says of all this: mistakes of a proxy, and no token.
func (p party) logged(t *testing.T, token string) {
	t.Helper()
	log, err := os.ReadFile(p.replica.Options().LogFile)
	if err != nil {
		t.Fatal(err)
	}
	if lines := strings.Count(string(log), "a proxy asks the gate what it cannot answer"); lines != 2 {
		t.Errorf("there are %d lines about mistakes", lines)
	}
	for part := range strings.SplitSeq(token, ".") {
		if strings.Contains(string(log), part) {
			t.Error("the log has a part of the token")
		}
	}
}

// passed checks the answer for a token of alice.
func (p party) passed(t testing.TB, answer installation.Answer) {
	t.Helper()
	if answer.Body != "" || answer.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("the answer is %q, %v", answer.Body, answer.Header)
	}
	for _, name := range names {
		if values := answer.Header.Values(name); len(values) != 1 || values[0] == "" {
			t.Errorf("%s is %q", name, values)
		}
	}
	if answer.Header.Get("X-Auth-User") != "alice" || answer.Header.Get("X-Auth-Client") != p.app.ID || answer.Header.Get("X-Auth-Scopes") != "openid profile groups tickets.read" {
		t.Errorf("the answer has %v", answer.Header)
	}
}

// What a scope does not tell, the application does not get to know. Its headers are there all
// the same, so that none of the sender's stays.
func TestHeadersWithoutAValue(t *testing.T) {
	p := newParty(t)
	answer := p.asks(t, question{path: p.path(), header: bearer(p.token(t, "tickets.read"))})
	for name, empty := range map[string]bool{"X-Auth-Subject": false, "X-Auth-Client": false, "X-Auth-Scopes": false, "X-Auth-User": true, "X-Auth-Groups": true} {
		if values := answer.Header.Values(name); len(values) != 1 || (values[0] == "") != empty {
			t.Errorf("%s is %q", name, values)
		}
	}
	service := shared.Grantor(t).NewApp(t, installation.Service(p.resource.Namespace, "service"))
	answer = service.Post(t, "/token", url.Values{"grant_type": {"client_credentials"}, "resource": p.asking("")["resource"], "scope": {"tickets.read"}})
	answer = p.asks(t, question{path: p.path() + "?scope=tickets.read", header: bearer(bearerOf(answer.JSON))})
	if answer.Status != http.StatusOK || answer.Header.Get("X-Auth-Client") != service.ID || answer.Header.Get("X-Auth-Subject") != service.ID || answer.Header.Get("X-Auth-User") != "" {
		t.Errorf("a client's own token: %d %v", answer.Status, answer.Header)
	}
}

// Whatever ends a token ends it here, too: at once if it is revoked.
func TestTokensThatEnd(t *testing.T) {
	p := newParty(t)
	token := p.token(t, "tickets.read")
	q := question{path: p.path(), header: bearer(token)}
	if answer := p.asks(t, q); answer.Status != http.StatusOK {
		t.Fatalf("%d %s", answer.Status, answer.Body)
	}
	if answer := installation.Do(t, form(t, p.app.Issuer+"/revoke", url.Values{"token": {token}, "client_id": {p.app.ID}})); answer.Status != http.StatusOK {
		t.Fatalf("%d %s", answer.Status, answer.Body)
	}
	if answer := p.asks(t, q); answer.Status != http.StatusUnauthorized || answer.Code() != "invalid_token" {
		t.Errorf("a revoked token is answered with %d %s", answer.Status, answer.Body)
	}
	q.header = bearer(p.token(t, "tickets.read"))
	r, admin := p.resource, shared.Grantor(t).Admin
	if err := admin.Get(t.Context(), client.ObjectKeyFromObject(r), r); err != nil {
		t.Fatal(err)
	}
	r.Spec.Access.Groups = []string{"nobody"}
	if err := admin.Update(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	p.effective(t, q, http.StatusUnauthorized)
	if err := admin.Delete(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	p.effective(t, q, http.StatusNotFound)
}

// All methods are asked about; only the gate's answer to HEAD lacks what HEAD lacks.
func TestMethods(t *testing.T) {
	p := newParty(t)
	token := p.token(t, "openid profile groups tickets.read")
	for _, method := range []string{"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND"} {
		q := question{method: method, path: p.path() + "/mcp"}
		if answer := p.asks(t, q); answer.Status != http.StatusUnauthorized || answer.Header.Get("WWW-Authenticate") == "" {
			t.Errorf("%s without a token: %d %s", method, answer.Status, answer.Body)
		}
		q.header = bearer(token)
		if answer := p.asks(t, q); answer.Status != http.StatusOK {
			t.Errorf("%s: %d %s", method, answer.Status, answer.Body)
		} else {
			p.passed(t, answer)
		}
	}
	// A preflight request has no token, so a proxy answers it itself.
	q := question{method: http.MethodOptions, path: p.path() + "/mcp", header: http.Header{"Origin": {"https://a.example"}, "Access-Control-Request-Method": {"POST"}}}
	if answer := p.asks(t, q); answer.Status != http.StatusUnauthorized {
		t.Errorf("a preflight request: %d", answer.Status)
	}
}

func visitor(p party) *installation.Visitor {
	return installation.NewVisitor(http.DefaultTransport, p.app.Issuer)
}

func bearerOf(tokens map[string]any) string {
	token, _ := tokens["access_token"].(string)
	return token
}
