package certificates

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/server/dpop/dpoptest"
	"github.com/grantor-dev/grantor/test/authority"
	"github.com/grantor-dev/grantor/test/installation"
)

// binding makes a client's access tokens bound as the field says.
func binding(b oauthv1alpha1.AccessTokenBinding) func(*oauthv1alpha1.OAuthClient) {
	return func(c *oauthv1alpha1.OAuthClient) { c.Spec.Tokens.AccessToken.Binding = b }
}

func public(c *oauthv1alpha1.OAuthClient) {
	c.Spec.Authentication.Method = oauthv1alpha1.AuthenticationNone
}

// posted is a request of an application.
func posted(app installation.App, form url.Values) url.Values {
	form.Set("client_id", app.ID)
	if app.Secret != "" {
		form.Set("client_secret", app.Secret)
	}
	return form
}

// redeemed signs alice in and redeems the code.
func redeemed(t *testing.T, from sender, base string, app installation.App) installation.Answer {
	t.Helper()
	code, verifier := app.Code(t, installation.NewVisitor(http.DefaultTransport, app.Issuer), "alice", url.Values{"scope": {"openid profile offline_access"}})
	return from.post(t, base+"/token", posted(app, url.Values{
		"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {app.Redirect}, "code_verifier": {verifier},
	}))
}

// userinfo asks for what a token tells.
func (s sender) userinfo(t *testing.T, base string, tokens map[string]any) installation.Answer {
	t.Helper()
	request, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, base+"/userinfo", http.NoBody)
	token, _ := tokens["access_token"].(string)
	request.Header.Set("Authorization", "Bearer "+token)
	return s.do(t, request)
}

// confirmation returns what a JWT is bound to.
func confirmation(t *testing.T, tokens map[string]any) map[string]any {
	t.Helper()
	token, _ := tokens["access_token"].(string)
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		t.Fatalf("not a JWT: %v", tokens)
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	var claims struct {
		Confirmation map[string]any `json:"cnf"`
	}
	if err != nil || json.Unmarshal(payload, &claims) != nil {
		t.Fatalf("not a JWT: %s", payload)
	}
	return claims.Confirmation
}

// bindToCertificates makes the access tokens of an application bound to certificates, which the
// replicas that the operator knows do not take.
func bindToCertificates(t *testing.T, g *installation.Installation, app installation.App) *oauthv1alpha1.OAuthClient {
	t.Helper()
	c := installation.Edit(t, g.Admin, app.Object.DeepCopy(), func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.Tokens.AccessToken.Binding = oauthv1alpha1.AccessTokenBindingCertificate
	})
	g.AwaitCondition(t, c, oauthv1alpha1.ConditionReady, metav1.ConditionFalse, oauthv1alpha1.ReasonMethodNotOffered)
	return c
}

// A token that was issued with a certificate works with it and with no other.
func TestBoundTokens(t *testing.T) {
	t.Parallel()
	g, root := shared.Grantor(t), authority.New(t)
	s := newSite(t, root, "")
	own := sender{pool: s.pool, with: (*authority.Authority)(nil).Issue(t, authority.ForDNS("laptop"))}
	other, none := sender{pool: s.pool, with: root.Issue(t, authority.ForDNS("other"))}, sender{pool: s.pool}
	opaque := func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.Tokens.AccessToken.Format = oauthv1alpha1.AccessTokenOpaque
	}
	for name, changes := range map[string][]func(*oauthv1alpha1.OAuthClient){
		"a client with a secret": nil, "a public client": {public}, "an opaque token": {opaque},
		"a client that must": nil, "one that must have something": {public, binding(oauthv1alpha1.AccessTokenBindingRequired)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			app := g.NewApp(t, installation.Application(shared.Namespace(t), "app", changes...))
			if name == "a client that must" {
				app.Object = bindToCertificates(t, g, app)
			}
			isPublic, must := app.Secret == "", app.Object.Spec.Tokens.AccessToken.Binding != ""
			if must {
				code := map[bool]string{true: "invalid_dpop_proof", false: "invalid_request"}[isPublic]
				for what, base := range map[string]string{"without a certificate": s.mtls, "at the address of browsers": s.url} {
					var answer installation.Answer
					installation.Eventually(t, convergence, func() bool {
						answer = redeemed(t, none, base, app)
						return answer.Code() == code
					}, func() string { return what + ": " + code + ", not " + answer.Body })
				}
			}
			answer := redeemed(t, own, s.mtls, app)
			tokens := answer.JSON
			if answer.Status != http.StatusOK || tokens["token_type"] != "Bearer" {
				t.Fatalf("%d %s", answer.Status, answer.Body)
			}
			if name != "an opaque token" {
				if bound := confirmation(t, tokens); bound["x5t#S256"] != own.with.Thumbprint() || len(bound) != 1 {
					t.Errorf("bound to %v", bound)
				}
			}
			for what, test := range map[string]struct {
				from   sender
				base   string
				status int
			}{
				"the certificate": {own, s.mtls, http.StatusOK}, "another certificate": {other, s.mtls, http.StatusUnauthorized},
				"no certificate": {none, s.mtls, http.StatusUnauthorized}, "at the address of browsers": {own, s.url, http.StatusUnauthorized},
			} {
				answer := test.from.userinfo(t, test.base, tokens)
				if answer.Status != test.status || answer.Status != http.StatusOK && !strings.Contains(answer.Header.Get("WWW-Authenticate"), "invalid_token") {
					t.Errorf("%s: %d %s", what, answer.Status, answer.Body)
				}
			}
			if !isPublic {
				token, _ := tokens["access_token"].(string)
				told := none.post(t, s.url+"/introspect", posted(app, url.Values{"token": {token}})).JSON
				bound, _ := told["cnf"].(map[string]any)
				if told["active"] != true || told["token_type"] != "Bearer" || bound["x5t#S256"] != own.with.Thumbprint() {
					t.Errorf("introspection tells %v", told)
				}
			}
			refreshes(t, s, app, tokens, own, other, none)
		})
	}
}

// refreshes: the refresh tokens of a public client need the certificate, those of another
// client do not, unless its access tokens do.
func refreshes(t *testing.T, s site, app installation.App, tokens map[string]any, own, other, none sender) {
	t.Helper()
	refresh := func(from sender, base string) installation.Answer {
		token, _ := tokens["refresh_token"].(string)
		return from.post(t, base+"/token", posted(app, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token}}))
	}
	if app.Secret == "" {
		for what, answer := range map[string]installation.Answer{"another certificate": refresh(other, s.mtls)} {
			if answer.Code() != "invalid_grant" {
				t.Errorf("a refresh with %s: %d %s", what, answer.Status, answer.Body)
			}
		}
		if answer := refresh(none, s.url); answer.Status == http.StatusOK {
			t.Errorf("a refresh without a certificate: %s", answer.Body)
		}
		if answer := refresh(own, s.mtls); answer.Status != http.StatusOK {
			t.Errorf("a refresh: %d %s", answer.Status, answer.Body)
		}
		return
	}
	answer := refresh(other, s.mtls)
	if answer.Status != http.StatusOK || other.userinfo(t, s.mtls, answer.JSON).Status != http.StatusOK || own.userinfo(t, s.mtls, answer.JSON).Status != http.StatusUnauthorized {
		t.Errorf("a refresh with another certificate: %d %s", answer.Status, answer.Body)
	}
}

// Clients that authenticate with a certificate get bound tokens, too; a DPoP proof binds to
// its key instead.
func TestBoundTokensOfCertifiedClients(t *testing.T) {
	t.Parallel()
	g, root, key := shared.Grantor(t), authority.New(t), dpoptest.NewKey(t)
	s := newSite(t, root, "")
	own := sender{pool: s.pool, with: root.Issue(t, authority.ForDNS("app.example"))}
	for name, test := range map[string]struct {
		binding oauthv1alpha1.AccessTokenBinding
		htu     string
		want    map[string]any
	}{
		"a certificate":                       {"", "", map[string]any{"x5t#S256": own.with.Thumbprint()}},
		"a proof and a certificate":           {"", g.Issuer, map[string]any{"jkt": key.Thumbprint(t)}},
		"a proof for the alias":               {"", s.mtls, map[string]any{"jkt": key.Thumbprint(t)}},
		"a proof where a certificate must be": {"Certificate", g.Issuer, map[string]any{"jkt": key.Thumbprint(t), "x5t#S256": own.with.Thumbprint()}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			id := newService(t, binding(test.binding))
			own.granted(t, s.mtls, id)
			with := own
			if test.htu != "" {
				with.header = http.Header{"Dpop": {key.Proof(http.MethodPost, test.htu+"/token", nil)}}
			}
			answer := with.token(t, s.mtls, id)
			if answer.Status != http.StatusOK {
				t.Fatalf("%d %s", answer.Status, answer.Body)
			}
			got, _ := json.Marshal(confirmation(t, answer.JSON))
			if want, _ := json.Marshal(test.want); string(got) != string(want) {
				t.Errorf("bound to %s, not %s", got, want)
			}
		})
	}
}
