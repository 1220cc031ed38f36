package cloverdx

import (
	"net/http"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

const (
	// local is what the documentation has people register for local projects, server for
	// server projects.
	local  = "http://localhost/clover/oauth2"
	server = "https://clover.example.com/clover/oauth2"
)

func public(c *oauthv1alpha1.OAuthClient) {
	c.Spec.Authentication.Method = oauthv1alpha1.AuthenticationNone
}

func withoutPKCE(c *oauthv1alpha1.OAuthClient) { c.Spec.PKCE = oauthv1alpha1.PKCEOptional }

// register registers an application and returns a connection to it.
func register(t testing.TB, changes ...func(*oauthv1alpha1.OAuthClient)) *connection {
	t.Helper()
	g := shared.Grantor(t)
	both := func(c *oauthv1alpha1.OAuthClient) { c.Spec.RedirectURIs = []oauthv1alpha1.RedirectURI{local, server} }
	object := g.Create(t, installation.Application(shared.Namespace(t), "reports", append([]func(*oauthv1alpha1.OAuthClient){both}, changes...)...))
	return told(t, object)
}

// told returns a connection that is told what the Secret of a client says.
func told(t testing.TB, object *oauthv1alpha1.OAuthClient) *connection {
	t.Helper()
	data := shared.Grantor(t).Secret(t, object).Data
	return &connection{
		ClientID: string(data["client_id"]), ClientSecret: string(data["client_secret"]), Scopes: "profile email read",
		AuthorizationEndpoint: string(data["authorization_endpoint"]), TokenEndpoint: string(data["token_endpoint"]),
		RedirectURL: "http://localhost:8083/clover/oauth2", UsePKCE: true, AlwaysPromptConsent: true,
	}
}

func browser(t testing.TB) *installation.Visitor {
	t.Helper()
	return installation.NewVisitor(http.DefaultTransport, shared.Grantor(t).Issuer)
}

// tokenEndpoints are those of all replicas.
func tokenEndpoints(t testing.TB) []string {
	t.Helper()
	var out []string
	for _, replica := range shared.Grantor(t).Servers {
		out = append(out, replica.Options().URL+"/token")
	}
	return out
}

// works checks that the connection's access token is one.
func works(t testing.TB, c *connection) {
	t.Helper()
	token, err := c.accessToken(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if answer := installation.Userinfo(t, shared.Grantor(t).Issuer, token); answer.Status != http.StatusOK || answer.JSON["email"] != "alice@example.com" {
		t.Errorf("userinfo answers %d %s", answer.Status, answer.Code())
	}
}
