package people

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

func es256(c *oauthv1alpha1.OAuthClient) {
	c.Spec.Tokens.IDToken.Algorithm = oauthv1alpha1.IDTokenES256
}

func byPost(c *oauthv1alpha1.OAuthClient) {
	c.Spec.Authentication.Method = oauthv1alpha1.AuthenticationPost
}

func public(c *oauthv1alpha1.OAuthClient) {
	c.Spec.Authentication.Method = oauthv1alpha1.AuthenticationNone
}

func pkceRequired(c *oauthv1alpha1.OAuthClient) { c.Spec.PKCE = oauthv1alpha1.PKCERequired }

func pkceOptional(c *oauthv1alpha1.OAuthClient) { c.Spec.PKCE = oauthv1alpha1.PKCEOptional }

// oidcc-server: a code flow ends with an ID token that verifies.
func TestOIDCCServer(t *testing.T) {
	t.Parallel()
	for algorithm, change := range map[string]func(*oauthv1alpha1.OAuthClient){"RS256": func(*oauthv1alpha1.OAuthClient) {}, "ES256": es256} {
		t.Run(algorithm, func(t *testing.T) {
			t.Parallel()
			app, begin := newApp(t, change), time.Now()
			tokens := app.Tokens(t, visitor(t), "alice", url.Values{"nonce": {"n-0S6_WzA2Mj"}})
			got := verified(t, app, tokens, algorithm)
			signedIn, _ := got["auth_time"].(float64)
			if got["nonce"] != "n-0S6_WzA2Mj" || got["aud"] != app.ID || got["iss"] != app.Issuer || !strings.HasPrefix(text(got["sub"]), "local:") {
				t.Errorf("the ID token says %v", got)
			}
			if amr, _ := got["amr"].([]any); len(amr) != 1 || amr[0] != "pwd" || int64(signedIn) < begin.Unix() || int64(signedIn) > time.Now().Unix() {
				t.Errorf("amr and auth_time are %v, %v", got["amr"], got["auth_time"])
			}
			if tokens["token_type"] != "Bearer" || tokens["scope"] != "openid" || tokens["expires_in"] != 900.0 {
				t.Errorf("the token endpoint answers %v", tokens)
			}
			if who := about(t, app, tokens); who["sub"] != got["sub"] {
				t.Errorf("userinfo speaks of %v, the ID token of %v", who["sub"], got["sub"])
			}
		})
	}
}

func TestResponseTypeMissing(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	view, _ := authorize(t, app, visitor(t), url.Values{"response_type": nil})
	refusedTo(t, app, view, "invalid_request")
}

func TestOtherResponseTypesAreRefused(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	for _, other := range []string{"token", "id_token", "code id_token", "code token", "none", "CODE", "code code", "x"} {
		view, _ := authorize(t, app, visitor(t), url.Values{"response_type": {other}})
		refusedTo(t, app, view, "unsupported_response_type")
	}
}

func TestNoNonceInCodeFlow(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	if got := identified(t, app, app.Tokens(t, visitor(t), "alice", nil)); got["nonce"] != nil {
		t.Errorf("the ID token has a nonce that nobody asked for: %v", got["nonce"])
	}
}

func TestUnknownParameterIsIgnored(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	app.Tokens(t, visitor(t), "alice", url.Values{"extra": {"foobar"}, "resource_x": {"\x00"}})
}

// oidcc-ensure-registered-redirect-uri and its kin: an address that is not registered
// gets nothing, not even an error.
func TestRegisteredRedirectURI(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	for name, uri := range map[string]string{
		"another": "https://evil.example/callback", "with a query": installation.Redirect + "?x=y", "with a fragment": installation.Redirect + "#x",
		"with user information": "https://app.example@evil.example/callback", "with a name": "https://x@app.example/callback",
		"in capitals": "https://APP.example/callback", "with a port": "https://app.example:443/callback", "longer": installation.Redirect + "/",
		"of another scheme": "http://app.example/callback", "relative": "/callback", "encoded": "https://app.example/%63allback",
		"with a dot": "https://app.example/./callback", "a script": "javascript:alert(1)", "with NUL": installation.Redirect + "\x00", "spaces": " " + installation.Redirect,
	} {
		t.Run(name, func(t *testing.T) {
			view, _ := authorize(t, app, visitor(t), url.Values{"redirect_uri": {uri}})
			errorPage(t, view)
			if strings.Contains(view.Body, "evil") {
				t.Errorf("the page quotes the address: %s", view.Body)
			}
		})
	}
}

// A missing redirect_uri is an error in OpenID Connect; in OAuth the only one that is
// registered is meant.
func TestRedirectURIMissing(t *testing.T) {
	t.Parallel()
	one := newApp(t)
	two := newApp(t, func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.RedirectURIs = append(c.Spec.RedirectURIs, "https://app.example/two")
	})
	for name, view := range map[string]func(*testing.T) installation.View{
		"with openid": func(t *testing.T) installation.View {
			view, _ := authorize(t, one, visitor(t), url.Values{"redirect_uri": nil})
			return view
		},
		"with two registered": func(t *testing.T) installation.View {
			view, _ := authorize(t, two, visitor(t), url.Values{"redirect_uri": nil, "scope": {"read"}})
			return view
		},
	} {
		t.Run(name, func(t *testing.T) { errorPage(t, view(t)) })
	}
	code, verifier := one.Code(t, visitor(t), "alice", url.Values{"redirect_uri": nil, "scope": {"read"}})
	tokensOf(t, one.Redeem(t, code, verifier, url.Values{"redirect_uri": nil}))
}

// oidcc-ensure-post-request-succeeds: a POST is worth as much as a GET, also to who is
// signed in.
func TestRequestByPOST(t *testing.T) {
	t.Parallel()
	app, v := newApp(t), visitor(t)
	app.Tokens(t, v, "alice", nil)
	to, verifier := app.AuthorizationURL(url.Values{"state": {"by \xfc post"}})
	u, _ := url.Parse(to)
	view := v.Send(t, postForm(t, app.Issuer+"/authorize", u.Query(), nil))
	if view.Param("state") != "by \xfc post" {
		t.Errorf("the state is %q", view.Param("state"))
	}
	tokensOf(t, app.Redeem(t, answered(t, view), verifier, nil))
}

// Choice "a client's secret", for a code: in either way, whichever is registered.
func TestClientSecretInEitherWay(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*oauthv1alpha1.OAuthClient){"client_secret_basic": func(*oauthv1alpha1.OAuthClient) {}, "client_secret_post": byPost} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			app, v := newApp(t, change), visitor(t)
			code, verifier := app.Code(t, v, "alice", nil)
			form := url.Values{
				"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {app.Redirect}, "code_verifier": {verifier},
				"client_id": {app.ID}, "client_secret": {app.Secret},
			}
			denied(t, installation.Post(t, app.Issuer+"/token", app.ID, app.Secret, form), "invalid_request")
			tokensOf(t, installation.Post(t, app.Issuer+"/token", "", "", form))
			code, verifier = app.Code(t, v, "alice", nil)
			tokensOf(t, app.Redeem(t, code, verifier, nil))
		})
	}
}

// oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported, and
// what goes with it; nothing is fetched.
func TestUnsignedRequestObjectIsRefused(t *testing.T) {
	t.Parallel()
	app, fetched := newApp(t), listen(t)
	unsigned, _ := authorize(t, app, visitor(t), url.Values{"request": {"eyJhbGciOiJub25lIn0.e30."}})
	says(t, unsigned, "invalid_request_object")
	for parameter, value := range map[string]string{"request_uri": fetched.URL, "registration": "{}"} {
		for _, prompt := range [][]string{nil, {"none"}} {
			view, _ := authorize(t, app, visitor(t), url.Values{parameter: {value}, "prompt": prompt})
			refusedTo(t, app, view, parameter+"_not_supported")
		}
	}
	if n := fetched.count.Load(); n != 0 {
		t.Errorf("the server fetched %d times", n)
	}
}

func TestFormPost(t *testing.T) {
	t.Parallel()
	app, v := newApp(t), visitor(t)
	app.Tokens(t, v, "alice", nil)
	view, verifier := authorize(t, app, v, url.Values{"response_mode": {"form_post"}, "state": {`a"b<c&d` + "\u00fc"}})
	if view.Status != http.StatusOK || len(view.Forms) != 1 || view.Forms[0].Action != app.Redirect || view.Elsewhere != nil {
		t.Fatalf("no form for the application: %d %s", view.Status, view.Body)
	}
	values := view.Forms[0].Values
	if values.Get("state") != `a"b<c&d`+"\u00fc" || values.Get("iss") != app.Issuer {
		t.Errorf("the form has %v", values)
	}
	tokensOf(t, app.Redeem(t, values.Get("code"), verifier, nil))
	view, _ = authorize(t, app, v, url.Values{"response_mode": {"form_post"}, "scope": {"openid unknown"}})
	if len(view.Forms) != 1 || view.Forms[0].Action != app.Redirect || view.Forms[0].Values.Get("error") != "invalid_scope" {
		t.Errorf("an error is answered with %d %s", view.Status, view.Body)
	}
	for _, mode := range []string{"fragment", "query.jwt", "web_message", "FORM_POST", "form_post query"} {
		view, _ := authorize(t, app, v, url.Values{"response_mode": {mode}})
		refusedTo(t, app, view, "invalid_request")
	}
}

// The scope of an answer names what was granted, each once.
func TestRepeatedScopesAreOne(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	tokens := app.Tokens(t, visitor(t), "alice", url.Values{"scope": {"openid read  openid email read"}})
	got := strings.Fields(text(tokens["scope"]))
	slices.Sort(got)
	if strings.Join(got, " ") != "email openid read" {
		t.Errorf("the scope is %q", tokens["scope"])
	}
}
