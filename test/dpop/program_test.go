package dpop

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/server/dpop/dpoptest"
	"github.com/grantor-dev/grantor/test/installation"
)

// convergence is how long something may take that happens within seconds.
const convergence = 30 * time.Second

// program is an application that has a key.
type program struct {
	installation.App

	key dpoptest.Key
	// at is the replica that it asks; the issuer's if it is empty.
	at string
}

func public(c *oauthv1alpha1.OAuthClient) {
	c.Spec.Authentication.Method = oauthv1alpha1.AuthenticationNone
}

func opaque(c *oauthv1alpha1.OAuthClient) {
	c.Spec.Tokens.AccessToken.Format = oauthv1alpha1.AccessTokenOpaque
}

func bound(binding oauthv1alpha1.AccessTokenBinding) func(*oauthv1alpha1.OAuthClient) {
	return func(c *oauthv1alpha1.OAuthClient) { c.Spec.Tokens.AccessToken.Binding = binding }
}

// newProgram creates an application in a namespace of its own, with a new key.
func newProgram(t testing.TB, changes ...func(*oauthv1alpha1.OAuthClient)) program {
	t.Helper()
	app := shared.Grantor(t).NewApp(t, installation.Application(shared.Namespace(t), "app", changes...))
	return program{App: app, key: dpoptest.NewKey(t)}
}

// with returns the same application with another key.
func (p program) with(key dpoptest.Key) program {
	p.key = key
	return p
}

// replica returns the same application that asks one of the replicas.
func (p program) replica(t testing.TB, n int) program {
	servers := shared.Grantor(t).Servers
	p.at = servers[n%len(servers)].Options().URL
	return p
}

// proof returns a proof for an endpoint, at whatever replica that is asked.
func (p program) proof(method, path string, claims map[string]any) string {
	return p.key.Proof(method, p.Issuer+path, claims)
}

// request returns a POST of the application with proofs.
func (p program) request(t testing.TB, path string, form url.Values, proofs ...string) *http.Request {
	t.Helper()
	at := p.Issuer
	if p.at != "" {
		at = p.at
	}
	if p.Secret == "" {
		form.Set("client_id", p.ID)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, at+path, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if p.Secret != "" {
		r.SetBasicAuth(url.QueryEscape(p.ID), url.QueryEscape(p.Secret))
	}
	for _, proof := range proofs {
		r.Header.Add("DPoP", proof)
	}
	return r
}

// post sends a form with a proof of the application's key.
func (p program) post(t testing.TB, path string, form url.Values) installation.Answer {
	t.Helper()
	return installation.Do(t, p.request(t, path, form, p.proof(http.MethodPost, path, nil)))
}

// bare sends a form without a proof.
func (p program) bare(t testing.TB, path string, form url.Values) installation.Answer {
	t.Helper()
	return installation.Do(t, p.request(t, path, form))
}

func (p program) redemption(code, verifier string) url.Values {
	return url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {p.Redirect}, "code_verifier": {verifier}}
}

func refreshing(tokens map[string]any) url.Values {
	token, _ := tokens["refresh_token"].(string)
	return url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token}}
}

// code signs alice in and returns a code and its verifier.
func (p program) code(t testing.TB, more url.Values) (code, verifier string) {
	t.Helper()
	asked := url.Values{"scope": {"openid profile offline_access read"}}
	maps.Copy(asked, more)
	return p.Code(t, visitor(t), "alice", asked)
}

// tokens signs alice in and redeems the code with a proof.
func (p program) tokens(t testing.TB) map[string]any {
	t.Helper()
	return given(t, p.post(t, "/token", p.redemption(p.code(t, nil))), "DPoP")
}

func visitor(t testing.TB) *installation.Visitor {
	t.Helper()
	g := shared.Grantor(t)
	return installation.NewVisitor(http.DefaultTransport, g.Issuer)
}

// given returns the tokens of an answer, whose access token must be of a type.
func given(t testing.TB, answer installation.Answer, tokenType string) map[string]any {
	t.Helper()
	if answer.Status != http.StatusOK || answer.JSON["token_type"] != tokenType {
		t.Fatalf("the answer is %d %s, and not a token of type %s", answer.Status, answer.Body, tokenType)
	}
	return answer.JSON
}

// denied checks that a request is refused with 400 and a code.
func denied(t testing.TB, what string, answer installation.Answer, code string) {
	t.Helper()
	if answer.Status != http.StatusBadRequest || answer.Code() != code {
		t.Errorf("%s: %d %s, and not %s", what, answer.Status, answer.Body, code)
	}
}

// userinfo asks for what a token tells.
func (p program) userinfo(t testing.TB, scheme, token string, proofs ...string) installation.Answer {
	t.Helper()
	at := p.Issuer
	if p.at != "" {
		at = p.at
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, at+"/userinfo", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", scheme+" "+token)
	for _, proof := range proofs {
		r.Header.Add("DPoP", proof)
	}
	return installation.Do(t, r)
}

// shown returns a proof for an access token at userinfo.
func (p program) shown(token string) string {
	return p.proof(http.MethodGet, "/userinfo", map[string]any{"ath": dpoptest.Ath(token)})
}

// confirmation returns the claim cnf of a JWT.
func confirmation(t testing.TB, token string) map[string]any {
	t.Helper()
	var claims struct {
		Confirmation map[string]any `json:"cnf"`
	}
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		t.Fatal("the token is no JWT")
	}
	raw, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err == nil {
		err = json.Unmarshal(raw, &claims)
	}
	if err != nil {
		t.Fatal(err)
	}
	return claims.Confirmation
}
