package people

import (
	"net/url"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// Choice "loopback redirect URIs": any port, everything else identical.
func TestLoopbackRedirectURIs(t *testing.T) {
	t.Parallel()
	app, v := newApp(t, public, func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.RedirectURIs = []oauthv1alpha1.RedirectURI{"http://127.0.0.1/cb?a=b", "http://[::1]:8000/cb", "http://localhost/", "https://127.0.0.1/tls", "com.example.app:/cb"}
	}), visitor(t)
	app.Redirect = "http://localhost/"
	app.Tokens(t, v, "alice", nil)
	for _, good := range []string{
		"http://127.0.0.1/cb?a=b", "http://127.0.0.1:1/cb?a=b", "http://127.0.0.1:65535/cb?a=b", "http://[::1]/cb", "http://[::1]:8000/cb", "http://[::1]:9/cb",
		"http://localhost:3000/", "https://127.0.0.1/tls", "com.example.app:/cb",
	} {
		view, verifier := authorize(t, app, v, url.Values{"redirect_uri": {good}})
		code := view.Param("code")
		if code == "" {
			t.Errorf("%s is refused: %d", good, view.Status)
			continue
		}
		// The port of the redemption is that of the request.
		denied(t, app.Redeem(t, code, verifier, url.Values{"redirect_uri": {"http://127.0.0.1:2/cb?a=b"}}), "invalid_grant")
		tokensOf(t, app.Redeem(t, code, verifier, url.Values{"redirect_uri": {good}}))
	}
	for _, bad := range []string{
		"http://127.0.0.1/cb", "http://127.0.0.1/cb?a=b&c=d", "http://127.0.0.1:80/", "https://127.0.0.1:1/cb?a=b", "http://127.0.0.1:1/cb?a=b#x", "http://u@127.0.0.1:1/cb?a=b",
		"http://127.0.0.1:1@evil.example/cb?a=b", "http://127.0.0.1.evil.example/cb?a=b", "http://127.0.0.2:1/cb?a=b", "http://127.1:1/cb?a=b", "http://[::1]:1/", "http://[0:0:0:0:0:0:0:1]:1/cb",
		"http://LOCALHOST:1/", "http://localhost.:1/", "http://localhost:/", "http://localhost:0/", "http://localhost:01/", "http://localhost:65536/", "http://localhost:99999/", "http://localhost:999999/", "http://localhost:-1/", "http://localhost:1x/",
		"http://localhost:3000", "http://localhost:3000//", "https://127.0.0.1:2/tls", "com.example.app:/cb2", "com.example.app://cb", "http:/localhost/", "http://localhost\\@evil.example/",
	} {
		view, _ := authorize(t, app, v, url.Values{"redirect_uri": {bad}})
		if view.Elsewhere != nil || view.Status != 400 {
			t.Errorf("%s: answered %d to %v", bad, view.Status, view.Elsewhere)
		}
	}
}

// Choice "redirect_uri at the token endpoint": it may be left out where PKCE protects the
// code, and counts whenever it is sent.
func TestRedirectURIAtTheTokenEndpoint(t *testing.T) {
	t.Parallel()
	app, v := newApp(t), visitor(t)
	none := url.Values{"redirect_uri": nil}
	code, verifier := app.Code(t, v, "alice", nil)
	for name, wrong := range map[string]string{"another": "https://app.example/other", "longer": app.Redirect + "/", "of somebody else": "https://evil.example/callback"} {
		t.Run(name, func(t *testing.T) {
			denied(t, app.Redeem(t, code, verifier, url.Values{"redirect_uri": {wrong}}), "invalid_grant")
		})
	}
	other, _ := installation.Verifier()
	denied(t, app.Redeem(t, code, other, none), "invalid_grant")
	tokensOf(t, app.Redeem(t, code, verifier, none))

	code, _ = app.Code(t, v, "alice", withoutChallenge(url.Values{"nonce": {"n"}}))
	denied(t, app.Redeem(t, code, "", none), "invalid_grant")
	tokensOf(t, app.Redeem(t, code, "", nil))

	native := newApp(t, public, func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.RedirectURIs = []oauthv1alpha1.RedirectURI{"http://127.0.0.1/cb"}
	})
	native.Redirect = "http://127.0.0.1:4711/cb"
	code, verifier = native.Code(t, v, "alice", nil)
	tokensOf(t, native.Redeem(t, code, verifier, none))
}

// What a registered address has in its query stays in front of the answer.
func TestRedirectURIWithAQuery(t *testing.T) {
	t.Parallel()
	app, v := newApp(t, func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.RedirectURIs = []oauthv1alpha1.RedirectURI{"https://app.example/cb?tenant=a%20b&x="}
	}), visitor(t)
	app.Redirect = "https://app.example/cb?tenant=a%20b&x="
	app.Tokens(t, v, "alice", nil)
	view, verifier := authorize(t, app, v, nil)
	if query := view.Elsewhere.Query(); query.Get("tenant") != "a b" || !query.Has("x") {
		t.Errorf("the visitor is sent to %v", view.Elsewhere)
	}
	tokensOf(t, app.Redeem(t, answered(t, view), verifier, nil))
}

// An address that may not be told anything is told nothing: no Location, whatever else
// is wrong with the request.
func TestErrorsThatAreNotForTheApplication(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	for name, values := range map[string]url.Values{
		"no client_id":                 {"client_id": nil},
		"an unknown client":            {"client_id": {"unknown"}},
		"another address and no type":  {"redirect_uri": {"https://evil.example/"}, "response_type": nil},
		"another address and no PKCE":  {"redirect_uri": {"https://evil.example/"}, "code_challenge": nil},
		"another address, prompt none": {"redirect_uri": {"https://evil.example/"}, "prompt": {"none"}},
		"two addresses":                {"redirect_uri": {app.Redirect, "https://evil.example/"}},
		"two clients":                  {"client_id": {app.ID, "x"}},
	} {
		t.Run(name, func(t *testing.T) {
			view, _ := authorize(t, app, visitor(t), values)
			errorPage(t, view)
		})
	}
	service := newApp(t, func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.GrantTypes, c.Spec.RedirectURIs = []oauthv1alpha1.GrantType{oauthv1alpha1.GrantClientCredentials}, nil
	})
	view, _ := authorize(t, service, visitor(t), nil)
	errorPage(t, view)
}
