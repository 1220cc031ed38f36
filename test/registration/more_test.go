package registration

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// A client that wants to push its requests must, and each replica knows what it pushed.
func TestPushedRequests(t *testing.T) {
	g := grantor(t)
	client, v := app(t, g.Issuer, map[string]any{"require_pushed_authorization_requests": true, "token_endpoint_auth_method": "client_secret_basic"}), g.Visitor()
	plain, _ := client.AuthorizationURL(nil)
	if view := v.Get(t, plain); view.Param("error") != "invalid_request" {
		t.Errorf("a request that was not pushed: %d %v", view.Status, view.Elsewhere)
	}
	to, verifier, answer := client.Push(t, nil)
	if answer.Status != http.StatusCreated {
		t.Fatalf("/par answers %d %s", answer.Status, answer.Body)
	}
	view := v.SignIn(t, v.Get(t, strings.Replace(to, g.Issuer, g.Servers[1].Options().URL, 1)), "alice", "alice-password")
	view.Shows(t, "This application registered itself")
	view = v.Decide(t, view, "allow")
	if answer := client.Redeem(t, view.Param("code"), verifier, nil); answer.Status != http.StatusOK {
		t.Errorf("/token answers %d %s", answer.Status, answer.Body)
	}
}

// A client that wants to prove a key must, and gets no plain bearer tokens.
func TestClientsThatWantDPoP(t *testing.T) {
	g := grantor(t)
	client, v := app(t, g.Issuer, map[string]any{"dpop_bound_access_tokens": true}), g.Visitor()
	code, verifier := client.Code(t, v, "alice", nil)
	if answer := client.Redeem(t, code, verifier, nil); answer.Code() != "invalid_dpop_proof" {
		t.Errorf("without a proof: %d %s", answer.Status, answer.Body)
	}
}

// A service sees whose token it has, and when the client ends, that it counts no more.
func TestIntrospection(t *testing.T) {
	g := grantor(t)
	const audience = devenv.SystemNamespace + ".tickets"
	resource := g.Create(t, installation.Service(devenv.SystemNamespace, "tickets"))
	allow := func(a *oauthv1alpha1.AnonymousRegistration) { a.Audiences = []oauthv1alpha1.Audience{audience} }
	g.Configure(t, sealing(allow))
	t.Cleanup(func() { g.Configure(t, sealing()) })
	client, v := app(t, g.Issuer, nil), g.Visitor()
	got := client.Tokens(t, v, "alice", url.Values{"resource": {audience}})
	ask := func() map[string]any {
		return installation.Post(t, g.Issuer+"/introspect", resource.ClientID(), g.Value(t, resource), url.Values{"token": {text(got, "access_token")}}).JSON
	}
	if told := ask(); told["active"] != true || told["client_id"] != client.ID {
		t.Errorf("introspection answers %v", told)
	}
	g.Configure(t, sealing(allow, func(a *oauthv1alpha1.AnonymousRegistration) { a.NotBefore = soon() }))
	if told := ask(); told["active"] != false {
		t.Errorf("of a client that ended, introspection says %v", told)
	}
}
