package integration

import (
	"net/http"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// An issuer may have a path, and may get one while the server runs: then everything
// lies below it, nothing is left where it was, and old tokens end.
func TestIssuerWithPath(t *testing.T) {
	t.Parallel()
	g, _ := installation.Isolated(t)
	host := g.Issuer
	c := g.Create(t, installation.Service(devenv.Namespace(t, g.Kube.Config), "app"))
	id, secret := c.ClientID(), g.Value(t, c)
	former := token(t, host, id, secret)

	issuer := host + "/tenants/a.b"
	g.ChangeServer(t, func(s *oauthv1alpha1.OAuthServer) { s.Spec.Issuer = issuer })
	installation.Eventually(t, installation.Effective, func() bool {
		return ask(t, issuer+"/.well-known/openid-configuration", method("GET")).Status == http.StatusOK
	}, func() string { return "discovery below the new issuer" })

	if _, err := oidc.NewProvider(t.Context(), issuer); err != nil {
		t.Errorf("go-oidc: %v", err)
	}
	document := ask(t, issuer+"/.well-known/openid-configuration", method("GET"))
	inserted := host + "/.well-known/oauth-authorization-server/tenants/a.b"
	if other := ask(t, inserted, method("GET")); other.Body != document.Body || other.JSON["issuer"] != issuer {
		t.Errorf("%s answers %d %s", inserted, other.Status, other.Body)
	}
	for _, path := range []string{
		"/token", "/jwks", "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server", "/tenants/a.btoken",
		"/tenants/a.bc/jwks", "/tenants/aXb/jwks", "/tenants/jwks", "/tenants/a.b/tenants/a.b/jwks", "/tenants/a.b/.well-known/oauth-authorization-server",
	} {
		if answer := ask(t, host+path, method("GET")); answer.Status != http.StatusNotFound {
			t.Errorf("%s answers %d %s", path, answer.Status, answer.Body)
		}
	}
	present := token(t, issuer, id, secret)
	active(t, ask(t, issuer+"/introspect", basic(id, secret), add("token", present)))
	inactive(t, ask(t, issuer+"/introspect", basic(id, secret), add("token", former)))
	installation.Eventually(t, 15*time.Second, func() bool {
		return string(g.Secret(t, c).Data["token_endpoint"]) == issuer+"/token"
	}, func() string { return "new endpoint in the Secret" })
	if string(g.Secret(t, c).Data["client_secret"]) != secret {
		t.Error("the client secret has changed with the issuer")
	}
}

func token(t *testing.T, issuer, id, secret string) string {
	t.Helper()
	answer := ask(t, issuer+"/token", basic(id, secret), asking())
	granted(t, answer)
	text, _ := answer.JSON["access_token"].(string)
	return text
}
