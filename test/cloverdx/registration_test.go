package cloverdx

import (
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

func TestRegistration(t *testing.T) {
	t.Run("X1 authorization code only", func(t *testing.T) {
		c := register(t)
		c.authorize(t, browser(t))
		works(t, c)
		answer := installation.Post(t, c.TokenEndpoint, c.ClientID, c.ClientSecret, installation.TokenForm("read"))
		if answer.Code() != "unauthorized_client" {
			t.Errorf("client_credentials are answered with %d %s", answer.Status, answer.Code())
		}
	})
	t.Run("X2 client ID, secret and redirect URL", func(t *testing.T) {
		for _, inBody := range []bool{false, true} {
			c := register(t)
			c.inBody = inBody
			c.authorize(t, browser(t))
			works(t, c)
		}
		c := register(t)
		c.ClientSecret = "wrong"
		verifier, challenge := installation.Verifier()
		s := c.visit(t, browser(t), c.request("s", challenge), "allow")
		err := c.ask(t.Context(), url.Values{
			"grant_type": {"authorization_code"}, "code": {s.answer.Query().Get("code")}, "redirect_uri": {c.RedirectURL}, "code_verifier": {verifier},
		})
		if err == nil || !strings.Contains(err.Error(), "401 invalid_client") {
			t.Errorf("a wrong secret: %v", err)
		}
	})
	t.Run("X2 a public client", func(t *testing.T) {
		c := register(t, public)
		if c.ClientSecret != "" {
			t.Fatal("a public client has a secret")
		}
		c.authorize(t, browser(t))
		c.ahead = 25 * time.Hour
		works(t, c)
	})
	t.Run("X3 scopes are separated by spaces", func(t *testing.T) {
		c := register(t)
		c.authorize(t, browser(t))
		if got := strings.Fields(c.tokens.Scope); len(got) != 3 {
			t.Errorf("got the scopes %v", got)
		}
	})
	t.Run("X5 endpoints are typed by hand", func(t *testing.T) {
		c, g := register(t), shared.Grantor(t)
		if c.AuthorizationEndpoint != g.Issuer+"/authorize" || c.TokenEndpoint != g.Issuer+"/token" {
			t.Errorf("the Secret says %s and %s", c.AuthorizationEndpoint, c.TokenEndpoint)
		}
	})
	t.Run("X6 any port on localhost", func(t *testing.T) { anyPort(t) })
	t.Run("X7 server projects", func(t *testing.T) { serverProjects(t) })
	t.Run("X17 https except on localhost", func(t *testing.T) {
		g := shared.Grantor(t)
		object := installation.Application(shared.Namespace(t), "reports")
		object.Spec.RedirectURIs = []oauthv1alpha1.RedirectURI{"http://clover.example.com/clover/oauth2"}
		if err := g.Admin.Create(t.Context(), object); err == nil || !strings.Contains(err.Error(), "spec.redirectURIs") {
			t.Errorf("registering http: %v", err)
		}
	})
	t.Run("X19 the URL of the dialog with its port", func(t *testing.T) {
		c := register(t, func(c *oauthv1alpha1.OAuthClient) {
			c.Spec.RedirectURIs = []oauthv1alpha1.RedirectURI{"http://localhost:8083/clover/oauth2"}
		})
		c.authorize(t, browser(t))
		works(t, c)
	})
}

// anyPort has a designer listen on a port that nothing registered, and on the port of the
// documentation.
func anyPort(t *testing.T) {
	c := register(t)
	c.authorize(t, browser(t))
	listener, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	designer := &http.Server{ReadHeaderTimeout: 5 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("The connection is authorized."))
	})}
	go func() { _ = designer.Serve(listener) }()
	t.Cleanup(func() { _ = designer.Close() })
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	c.RedirectURL = "http://localhost:" + port + "/clover/oauth2"
	c.authorize(t, installation.NewVisitor(http.DefaultTransport, shared.Grantor(t).Issuer, c.RedirectURL))
	works(t, c)
	refused(t, c, "http://localhost:8083/clover/other", "https://localhost:8083/clover/oauth2", "http://designer.example:8083/clover/oauth2")
}

func serverProjects(t *testing.T) {
	c := register(t)
	c.RedirectURL = server
	c.authorize(t, browser(t))
	works(t, c)
	refused(t, c, "https://clover.example.com:8443/clover/oauth2", "https://clover.example.com/clover/oauth2/", "https://clover.example.com/oauth2", "http://clover.example.com/clover/oauth2")
}

// refused checks that no browser is sent to some URLs.
func refused(t *testing.T, c *connection, redirects ...string) {
	t.Helper()
	for _, redirect := range redirects {
		c.RedirectURL = redirect
		_, challenge := installation.Verifier()
		if view := browser(t).Get(t, c.request("s", challenge)); view.Status != http.StatusBadRequest || view.Elsewhere != nil {
			t.Errorf("%s is answered with %d", c.RedirectURL, view.Status)
		}
	}
}
