package people

import (
	"net/http"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// allowedOrigins: scripts of these origins may use the endpoints that scripts need, and
// no page. The browser's own credentials never go along.
func TestAllowedOrigins(t *testing.T) {
	t.Parallel()
	const origin = "https://spa.testallowedorigins.example"
	app := newApp(t, public, func(c *oauthv1alpha1.OAuthClient) { c.Spec.AllowedOrigins = []oauthv1alpha1.Origin{origin} })
	ask := func(method, path, from string, preflight bool) http.Header {
		request, err := http.NewRequestWithContext(t.Context(), method, app.Issuer+path, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Origin", from)
		if preflight {
			request.Header.Set("Access-Control-Request-Method", "POST")
			request.Header.Set("Access-Control-Request-Headers", "authorization")
		}
		return installation.Do(t, request).Header
	}
	for _, path := range []string{"/token", "/userinfo", "/revoke", "/par"} {
		got := ask(http.MethodOptions, path, origin, true)
		if got.Get("Access-Control-Allow-Origin") != origin || got.Get("Access-Control-Allow-Methods") == "" || got.Get("Access-Control-Allow-Headers") == "" || got.Get("Vary") != "Origin" {
			t.Errorf("a preflight request to %s is answered %v", path, got)
		}
		for _, from := range []string{"https://other.example", origin + ":444", origin + ".evil.example", "http" + origin[5:], "null", "*", "https://SPA.testallowedorigins.example"} {
			for _, preflight := range []bool{true, false} {
				method := map[bool]string{true: http.MethodOptions, false: http.MethodPost}[preflight]
				if got := ask(method, path, from, preflight); got.Get("Access-Control-Allow-Origin") != "" || got.Get("Access-Control-Allow-Headers") != "" {
					t.Errorf("%s: %s from %s is allowed", path, method, from)
				}
			}
		}
		if got := ask(http.MethodPost, path, origin, false); got.Get("Access-Control-Allow-Origin") != origin || got.Get("Access-Control-Allow-Credentials") != "" {
			t.Errorf("a request to %s is answered %v", path, got)
		}
	}
	for _, path := range []string{"/authorize", "/login", "/consent", "/account", "/logout", "/introspect"} {
		for _, method := range []string{http.MethodGet, http.MethodOptions} {
			if got := ask(method, path, origin, method == http.MethodOptions); got.Get("Access-Control-Allow-Origin") != "" {
				t.Errorf("%s %s lets scripts read it", method, path)
			}
		}
	}
	for _, path := range []string{"/jwks", "/.well-known/openid-configuration"} {
		if got := ask(http.MethodGet, path, "https://other.example", false); got.Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s lets scripts of %q read it", path, got.Get("Access-Control-Allow-Origin"))
		}
	}
	change(t, app.Object, func(c *oauthv1alpha1.OAuthClient) { c.Spec.Suspend = true })
	effective(t, func() bool {
		return ask(http.MethodPost, "/token", origin, false).Get("Access-Control-Allow-Origin") == ""
	})
}
