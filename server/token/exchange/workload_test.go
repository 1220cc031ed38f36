package exchange

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/netip"
	"net/url"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/internal/clientspec"
	"github.com/grantor-dev/grantor/internal/clientspec/workloads"
	"github.com/grantor-dev/grantor/server/assertions"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/clients/clientstest"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/keys/keystest"
	"github.com/grantor-dev/grantor/server/serviceaccounts"
	"github.com/grantor-dev/grantor/server/token"
	"github.com/grantor-dev/grantor/server/tokens"
)

// elsewhere stands for the issuers and the API server that are asked about a token. What they
// answer takes some time.
type elsewhere struct {
	now      *time.Time
	takes    time.Duration
	signed   bool
	username string
	err      error
	asked    int
}

// SignedByIssuer implements Issuers.
func (e *elsewhere) SignedByIssuer(context.Context, *workloads.Federated, *assertions.Assertion) (bool, error) {
	e.asked++
	*e.now = e.now.Add(e.takes)
	return e.signed, e.err
}

// Review implements ServiceAccounts.
func (e *elsewhere) Review(_ context.Context, q serviceaccounts.Question) (string, error) {
	e.asked++
	*e.now = e.now.Add(e.takes)
	if q.Audience != "team.gateway" {
		return "", errors.New("asked for another audience")
	}
	return e.username, e.err
}

// NamespaceLabels implements Namespaces.
func (*elsewhere) NamespaceLabels(string) (map[string]string, bool) { return nil, true }

// unsigned returns claims as a token with a signature that means nothing.
func unsigned(claims map[string]any) string {
	body, _ := json.Marshal(claims)
	encode := base64.RawURLEncoding.EncodeToString
	return encode([]byte(`{"alg":"ES256","typ":"JWT"}`)) + "." + encode(body) + "." + encode([]byte("signature"))
}

// TestWorkloads is about what happens around the answers of others: nobody is asked about a
// token that cannot count, and a token that expires meanwhile does not count.
func TestWorkloads(t *testing.T) {
	t.Parallel()
	const issuer, job = "https://ci.example", "repo:acme/shop"
	start := time.Unix(1_800_000_000, 0)
	gateway := clients.New(clientspec.Client{
		ID: "team.gateway", UID: "uid", GrantTypes: []string{grantType}, Audiences: []string{"team.orders", clientstest.Issuer},
		Exchange: workloads.Exchange{Federated: []workloads.Federated{{TrustedIssuer: "ci", Issuer: issuer, Subject: job}}},
	})
	claims := func(change map[string]any) map[string]any {
		all := map[string]any{"iss": issuer, "sub": job, "aud": "team.gateway", "exp": start.Unix() + 60}
		for name, value := range change {
			if all[name] = value; value == nil {
				delete(all, name)
			}
		}
		return all
	}
	for name, test := range map[string]struct {
		claims map[string]any
		answer elsewhere
		asked  int
		status int
	}{
		"a job":                               {claims(nil), elsewhere{signed: true}, 1, http.StatusOK},
		"a job of somebody else":              {claims(nil), elsewhere{}, 1, http.StatusBadRequest},
		"a job whose keys are away":           {claims(nil), elsewhere{err: errors.New("away")}, 1, http.StatusServiceUnavailable},
		"a job that ends meanwhile":           {claims(nil), elsewhere{signed: true, takes: time.Minute}, 1, http.StatusBadRequest},
		"a job that nearly ends meanwhile":    {claims(nil), elsewhere{signed: true, takes: 59 * time.Second}, 1, http.StatusOK},
		"a job that has ended":                {claims(map[string]any{"exp": start.Unix()}), elsewhere{signed: true}, 0, http.StatusBadRequest},
		"a job for two days":                  {claims(map[string]any{"exp": start.Unix() + 48*3600}), elsewhere{signed: true}, 0, http.StatusBadRequest},
		"a job that never ends":               {claims(map[string]any{"exp": nil}), elsewhere{signed: true}, 0, http.StatusBadRequest},
		"a job that has not begun":            {claims(map[string]any{"nbf": start.Unix() + 300}), elsewhere{signed: true}, 0, http.StatusBadRequest},
		"a job for the issuer":                {claims(map[string]any{"aud": clientstest.Issuer}), elsewhere{signed: true}, 0, http.StatusBadRequest},
		"a job for both":                      {claims(map[string]any{"aud": []string{"team.gateway", clientstest.Issuer}}), elsewhere{signed: true}, 0, http.StatusBadRequest},
		"a job for nobody":                    {claims(map[string]any{"aud": nil}), elsewhere{signed: true}, 0, http.StatusBadRequest},
		"a job that is not listed":            {claims(map[string]any{"sub": job + "2"}), elsewhere{signed: true}, 0, http.StatusBadRequest},
		"a job of another issuer":             {claims(map[string]any{"iss": "https://other.example"}), elsewhere{signed: true}, 0, http.StatusBadRequest},
		"a job with a line break in its name": {claims(map[string]any{"sub": job + "\n"}), elsewhere{signed: true}, 0, http.StatusBadRequest},
		"a job that was passed on":            {claims(map[string]any{"act": map[string]any{"sub": "x"}}), elsewhere{signed: true}, 1, http.StatusBadRequest},
		"a ServiceAccount, of which none is listed": {
			claims(map[string]any{"sub": "system:serviceaccount:team:billing"}), elsewhere{username: "system:serviceaccount:team:billing"}, 0, http.StatusBadRequest,
		},
	} {
		t.Run(name, func(t *testing.T) {
			now := start
			test.answer.now = &now
			g := &Grant{
				Verifier: &tokens.Verifier{Issuer: func() string { return clientstest.Issuer }, Keys: keystest.NewStore(t), Now: func() time.Time { return now }, Clients: known{}, Namespaces: &test.answer},
				Issuers:  &test.answer, ServiceAccounts: &test.answer,
				Address: func(*http.Request) netip.Addr { return netip.Addr{} },
			}
			issue, err := g.Authorize(t.Context(), token.Request{Client: gateway, Form: url.Values{
				"subject_token": {unsigned(test.claims)}, "subject_token_type": {typeJWT},
			}})
			status := http.StatusOK
			if refusal, ok := errors.AsType[*httpx.Error](err); ok {
				status = refusal.Status
			}
			if status != test.status || test.answer.asked != test.asked {
				t.Errorf("%d after %d questions: %v", status, test.answer.asked, err)
			}
			if err == nil && (issue.Exchanged.Subject != "workload:ci:"+job || issue.Exchanged.Until.Unix() != start.Unix()+60) {
				t.Errorf("%+v", issue.Exchanged)
			}
		})
	}
}
