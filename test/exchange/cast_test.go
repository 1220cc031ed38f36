package exchange

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

const (
	typeAccess  = "urn:ietf:params:oauth:token-type:access_token"
	typeID      = "urn:ietf:params:oauth:token-type:id_token"
	typeJWT     = "urn:ietf:params:oauth:token-type:jwt"
	typeRefresh = "urn:ietf:params:oauth:token-type:refresh_token"
)

// cast are an application, a gateway that it calls, and the service that the gateway calls.
type cast struct {
	*installation.Installation

	namespace            string
	web, gateway, orders installation.App
}

// requester makes a client that exchanges.
func requester(to []string, subjects ...oauthv1alpha1.TokenExchangeSubject) func(*oauthv1alpha1.OAuthClient) {
	return func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.GrantTypes = []oauthv1alpha1.GrantType{oauthv1alpha1.GrantTokenExchange, oauthv1alpha1.GrantClientCredentials}
		c.Spec.Scopes = []oauthv1alpha1.Scope{"openid", "email", "offline_access", "read", "write"}
		for _, audience := range to {
			c.Spec.Audiences = append(c.Spec.Audiences, oauthv1alpha1.Audience(audience))
		}
		c.Spec.TokenExchange = &oauthv1alpha1.ClientTokenExchange{Subjects: subjects}
	}
}

func ofClients(patterns ...oauthv1alpha1.SubjectClientPattern) oauthv1alpha1.TokenExchangeSubject {
	return oauthv1alpha1.TokenExchangeSubject{Clients: patterns}
}

// newCast creates them in a namespace of the test's own.
func newCast(t testing.TB, g *installation.Installation, namespace string, change ...func(*oauthv1alpha1.OAuthClient)) cast {
	t.Helper()
	c := cast{Installation: g, namespace: namespace}
	c.web = g.NewApp(t, installation.Application(namespace, "web", func(o *oauthv1alpha1.OAuthClient) {
		o.Spec.Audiences = []oauthv1alpha1.Audience{oauthv1alpha1.Audience(namespace + ".gateway")}
	}))
	subjects := []oauthv1alpha1.TokenExchangeSubject{
		ofClients(oauthv1alpha1.SubjectClientPattern(namespace + ".*")),
		{ServiceAccounts: &oauthv1alpha1.SubjectServiceAccounts{Names: []string{"billing"}}},
		{Federated: &oauthv1alpha1.FederatedIdentity{Issuer: "ci", Subject: "repo:acme/*", Claims: map[string]oauthv1alpha1.ClaimValue{"owner": "65"}}},
	}
	change = append([]func(*oauthv1alpha1.OAuthClient){requester([]string{namespace + ".orders"}, subjects...)}, change...)
	c.gateway = g.NewApp(t, installation.Service(namespace, "gateway", change...))
	c.orders = g.NewApp(t, installation.Service(namespace, "orders"))
	return c
}

// tokens signs alice in at the application, for the gateway.
func (c cast) tokens(t testing.TB, scope string) map[string]any {
	t.Helper()
	v := installation.NewVisitor(http.DefaultTransport, c.Issuer)
	return c.web.Tokens(t, v, "alice", url.Values{"scope": {scope}, "audience": {c.gateway.ID}})
}

func bearer(tokens map[string]any) string { return member(tokens, "access_token") }

func member(tokens map[string]any, name string) string {
	text, _ := tokens[name].(string)
	return text
}

// exchange asks for another token.
func exchange(t testing.TB, as installation.App, subject, subjectType string, more url.Values) installation.Answer {
	t.Helper()
	return as.Ask(t, url.Values{
		"grant_type": {string(oauthv1alpha1.GrantTokenExchange)}, "subject_token": {subject}, "subject_token_type": {subjectType},
	}, more)
}

// given checks that a request got a token.
func given(t testing.TB, answer installation.Answer) map[string]any {
	t.Helper()
	if answer.Status != http.StatusOK || answer.JSON["issued_token_type"] == nil || answer.JSON["refresh_token"] != nil || answer.JSON["id_token"] != nil {
		t.Fatalf("the answer is %d %s", answer.Status, answer.Body)
	}
	return answer.JSON
}

// denied checks that a request is refused with 400 and a code.
func denied(t testing.TB, answer installation.Answer, code string) {
	t.Helper()
	if answer.Status != http.StatusBadRequest || answer.Code() != code {
		t.Errorf("%d %s, and not %s", answer.Status, answer.Body, code)
	}
}

// introspected returns what a client is told of a token.
func introspected(t testing.TB, as installation.App, token string) map[string]any {
	t.Helper()
	answer := as.Post(t, "/introspect", url.Values{"token": {token}})
	if answer.Status != http.StatusOK {
		t.Fatalf("introspection answers %d %s", answer.Status, answer.Body)
	}
	return answer.JSON
}

// ends waits until a token is inactive.
func ends(t testing.TB, as installation.App, token string) {
	t.Helper()
	installation.Eventually(t, installation.Effective, func() bool { return introspected(t, as, token)["active"] == false }, func() string { return "token to end" })
}

// claimsOf returns what a JWT says.
func claimsOf(t testing.TB, token string) map[string]any {
	t.Helper()
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		t.Fatal("the token is no JWT")
	}
	raw, err := base64.RawURLEncoding.DecodeString(parts[1])
	claims := map[string]any{}
	if err == nil {
		err = json.Unmarshal(raw, &claims)
	}
	if err != nil {
		t.Fatal(err)
	}
	return claims
}

// acting returns the actors of a token, the last one first.
func acting(claims map[string]any) []string {
	var out []string
	for act, ok := claims["act"].(map[string]any); ok; act, ok = act["act"].(map[string]any) {
		out = append(out, member(act, "sub"))
	}
	return out
}

// says checks what a token says and what introspection tells of it.
func says(t testing.TB, c cast, token, subject, scope string, actors ...string) {
	t.Helper()
	for of, claims := range map[string]map[string]any{"the token": claimsOf(t, token), "introspection": introspected(t, c.gateway, token)} {
		told, _ := claims["scope"].(string)
		if claims["sub"] != subject || claims["client_id"] != c.gateway.ID || told != scope || !slices.Equal(acting(claims), actors) {
			t.Errorf("%s says %v", of, claims)
		}
		if audience, _ := claims["aud"].([]any); len(audience) != 1 || audience[0] != c.orders.ID {
			t.Errorf("%s is for %v", of, claims["aud"])
		}
	}
}

// edit changes an object as a user would.
func edit[T client.Object](t testing.TB, g *installation.Installation, object T, change func(T)) {
	t.Helper()
	if err := g.Admin.Get(t.Context(), client.ObjectKeyFromObject(object), object); err != nil {
		t.Fatal(err)
	}
	before, _ := object.DeepCopyObject().(client.Object)
	change(object)
	if err := g.Admin.Patch(t.Context(), object, client.MergeFrom(before)); err != nil {
		t.Fatal(err)
	}
}
