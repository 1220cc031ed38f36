package cloverdx

import (
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

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

// register registers an application and returns a connection that is told what the Secret
// says.
func register(t testing.TB, changes ...func(*oauthv1alpha1.OAuthClient)) *connection {
	t.Helper()
	g := shared.Grantor(t)
	both := func(c *oauthv1alpha1.OAuthClient) { c.Spec.RedirectURIs = []oauthv1alpha1.RedirectURI{local, server} }
	object := g.Create(t, installation.Application(shared.Namespace(t), "reports", append([]func(*oauthv1alpha1.OAuthClient){both}, changes...)...))
	told := g.Secret(t, object).Data
	return &connection{
		ClientID: string(told["client_id"]), ClientSecret: string(told["client_secret"]), Scopes: "profile email read",
		AuthorizationEndpoint: string(told["authorization_endpoint"]), TokenEndpoint: string(told["token_endpoint"]),
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
	if answer := userinfo(t, token); answer.Status != http.StatusOK || answer.JSON["email"] != "alice@example.com" {
		t.Errorf("userinfo answers %d %s", answer.Status, answer.Code())
	}
}

func userinfo(t testing.TB, token string) installation.Answer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, shared.Grantor(t).Issuer+"/userinfo", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	return installation.Do(t, request)
}

func TestCloverDX(t *testing.T) {
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
	t.Run("X8 PKCE is optional", func(t *testing.T) {
		c := register(t, withoutPKCE)
		for _, use := range []bool{false, true} {
			c.UsePKCE = use
			c.authorize(t, browser(t))
			works(t, c)
		}
		strict := register(t)
		strict.UsePKCE = false
		if s := strict.visit(t, browser(t), strict.request("s", ""), "allow"); s.answer.Query().Get("error") != "invalid_request" {
			t.Errorf("without pkce: Optional the answer is %q", s.answer.Query().Get("error"))
		}
	})
	t.Run("X9 prompt=consent", func(t *testing.T) { consent(t) })
	t.Run("X10 authorized again, any number of times", func(t *testing.T) {
		c, v := register(t), browser(t)
		var earlier []connection
		for range 5 {
			c.authorize(t, v)
			earlier = append(earlier, *c)
		}
		for _, one := range earlier {
			one.ahead = 25 * time.Hour
			works(t, &one)
		}
	})
	t.Run("X11 tokens move to another environment", func(t *testing.T) {
		c := register(t)
		c.authorize(t, browser(t))
		file := filepath.Join(t.TempDir(), "reports.tokens")
		c.save(t, file)
		moved := *c
		moved.RedirectURL, moved.tokens = server, tokens{}
		moved.load(t, file)
		moved.TokenEndpoint = tokenEndpoints(t)[2]
		works(t, &moved)
		moved.ahead = 25 * time.Hour
		works(t, &moved)
	})
	t.Run("X12 refreshed automatically", func(t *testing.T) {
		c := register(t)
		c.authorize(t, browser(t))
		for range 3 {
			before := c.tokens
			c.ahead += 25 * time.Hour
			works(t, c)
			if c.tokens.AccessToken == before.AccessToken || c.tokens.RefreshToken == before.RefreshToken || c.tokens.Scope != before.Scope {
				t.Errorf("a refresh gave other scopes (%q) or nothing new", c.tokens.Scope)
			}
		}
	})
	t.Run("X13 the date of expiry without a refresh token", func(t *testing.T) {
		c := register(t, func(c *oauthv1alpha1.OAuthClient) {
			c.Spec.GrantTypes = []oauthv1alpha1.GrantType{oauthv1alpha1.GrantAuthorizationCode}
		})
		v := browser(t)
		c.authorize(t, v)
		if c.tokens.RefreshToken != "" || !c.tokens.Expires.After(time.Now()) {
			t.Errorf("a refresh token: %t, expires %s", c.tokens.RefreshToken != "", c.tokens.Expires)
		}
		c.ahead = 25 * time.Hour
		if _, err := c.accessToken(t.Context()); err == nil {
			t.Error("the connection uses an expired token")
		}
		c.authorize(t, v)
		works(t, c)
	})
	t.Run("X14 an embedded browser", func(t *testing.T) {
		s := register(t).authorize(t, browser(t))
		if len(s.pages) != 2 {
			t.Fatalf("there were %d pages", len(s.pages))
		}
		for _, page := range s.pages {
			if policy := page.Header.Get("Content-Security-Policy"); strings.Contains(page.Body, "<script") || !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "script-src") {
				t.Errorf("%s runs scripts: %s", page.URL.Path, policy)
			}
		}
	})
	t.Run("X15 the token is sent to an API", func(t *testing.T) {
		c := register(t)
		c.authorize(t, browser(t))
		answer := installation.Post(t, shared.Grantor(t).Issuer+"/introspect", c.ClientID, c.ClientSecret, url.Values{"token": {c.tokens.AccessToken}})
		if answer.JSON["active"] != true || answer.JSON["client_id"] != c.ClientID {
			t.Errorf("introspection says %d, active: %v", answer.Status, answer.JSON["active"])
		}
	})
	t.Run("X16 the user denies", func(t *testing.T) {
		c := register(t)
		_, challenge := installation.Verifier()
		s := c.visit(t, browser(t), c.request("s", challenge), "deny")
		if q := s.answer.Query(); q.Get("error") != "access_denied" || q.Get("state") != "s" || q.Has("code") {
			t.Errorf("the answer has error %q", q.Get("error"))
		}
	})
	t.Run("X17 https except on localhost", func(t *testing.T) {
		g := shared.Grantor(t)
		object := installation.Application(shared.Namespace(t), "reports")
		object.Spec.RedirectURIs = []oauthv1alpha1.RedirectURI{"http://clover.example.com/clover/oauth2"}
		if err := g.Admin.Create(t.Context(), object); err == nil || !strings.Contains(err.Error(), "spec.redirectURIs") {
			t.Errorf("registering http: %v", err)
		}
	})
	t.Run("X18 access is limited by the scopes", func(t *testing.T) {
		c := register(t)
		_, challenge := installation.Verifier()
		c.Scopes = "profile unknown"
		if s := c.visit(t, browser(t), c.request("s", challenge), "allow"); s.answer.Query().Get("error") != "invalid_scope" {
			t.Errorf("another scope is answered with error %q", s.answer.Query().Get("error"))
		}
		c.Scopes = "profile"
		c.authorize(t, browser(t))
		if answer := userinfo(t, c.tokens.AccessToken); answer.Status == http.StatusOK && answer.JSON["email"] != nil {
			t.Error("the API tells more than the scope covers")
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

// consent authorizes with and without "Always prompt consent": users are asked again or not,
// and a refresh token comes in any case.
func consent(t *testing.T) {
	c, v := register(t), browser(t)
	for n, prompt := range []bool{true, true, false, true} {
		c.AlwaysPromptConsent = prompt
		s := c.authorize(t, v)
		if s.consent != prompt || s.signIn != (n == 0) {
			t.Errorf("authorization %d: asked %t, signed in %t", n, s.consent, s.signIn)
		}
		if c.tokens.RefreshToken == "" {
			t.Errorf("authorization %d gave no refresh token", n)
		}
	}
}
