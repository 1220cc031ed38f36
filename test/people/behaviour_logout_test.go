package people

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

const goodbye = "https://app.example/goodbye"

func saysGoodbye(c *oauthv1alpha1.OAuthClient) {
	c.Spec.PostLogoutRedirectURIs = []oauthv1alpha1.RedirectURI{goodbye}
}

func logout(app installation.App, more url.Values) string {
	return app.Issuer + "/logout?" + more.Encode()
}

// OpenID Connect RP-Initiated Logout 1.0: the person is asked, and goes where the
// application has registered.
func TestRPInitiatedLogout(t *testing.T) {
	t.Parallel()
	app := newApp(t, saysGoodbye)
	for name, more := range map[string]func(hint string) url.Values{
		"by id_token_hint": func(hint string) url.Values { return url.Values{"id_token_hint": {hint}} },
		"by client_id":     func(string) url.Values { return url.Values{"client_id": {app.ID}} },
		"by both":          func(hint string) url.Values { return url.Values{"id_token_hint": {hint}, "client_id": {app.ID}} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v, tokens := signedIn(t, app)
			values := more(text(tokens["id_token"]))
			values["post_logout_redirect_uri"], values["state"] = []string{goodbye}, []string{"s \xff+&=\u00fc"}
			view := v.Get(t, logout(app, values))
			asksToAgree(t, view)
			stays, _ := authorize(t, app, v, url.Values{"prompt": {"none"}})
			answered(t, stays)
			view = v.Decide(t, view, "allow")
			if view.Status != http.StatusSeeOther || !strings.HasPrefix(view.Elsewhere.String(), goodbye+"?") || view.Param("state") != "s \xff+&=\u00fc" {
				t.Errorf("the visitor is sent to %v with %d", view.Elsewhere, view.Status)
			}
			gone, _ := authorize(t, app, v, url.Values{"prompt": {"none"}})
			refusedTo(t, app, gone, "login_required")
			denied(t, app.Refresh(t, refresh(tokens), nil), "invalid_grant")
		})
	}
}

// A cookie that was kept is worth nothing once its Login has ended.
func TestLogoutEndsTheLoginItself(t *testing.T) {
	t.Parallel()
	app := newApp(t, saysGoodbye)
	v, _ := signedIn(t, app)
	kept := v.Cookies(app.Issuer)
	v.Decide(t, v.Get(t, app.Issuer+"/logout"), "allow")
	to, _ := app.AuthorizationURL(url.Values{"prompt": {"none"}})
	for _, replica := range replicas(t) {
		request, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, strings.Replace(to, app.Issuer, replica, 1), http.NoBody)
		for _, cookie := range kept {
			request.AddCookie(cookie)
		}
		refusedTo(t, app, visitor(t).Send(t, request), "login_required")
	}
}

func TestLogoutThatTheUserDenies(t *testing.T) {
	t.Parallel()
	app := newApp(t, saysGoodbye)
	v, tokens := signedIn(t, app)
	view := v.Decide(t, v.Get(t, logout(app, url.Values{"client_id": {app.ID}, "post_logout_redirect_uri": {goodbye}})), "deny")
	if view.Elsewhere != nil || !strings.HasSuffix(view.URL.Path, "/account") {
		t.Errorf("the visitor is at %v, to go to %v", view.URL, view.Elsewhere)
	}
	stays, _ := authorize(t, app, v, url.Values{"prompt": {"none"}})
	answered(t, stays)
	tokensOf(t, app.Refresh(t, refresh(tokens), nil))
}

func TestLogoutOfWhoIsNotSignedIn(t *testing.T) {
	t.Parallel()
	app := newApp(t, saysGoodbye)
	view := visitor(t).Get(t, logout(app, url.Values{"client_id": {app.ID}, "post_logout_redirect_uri": {goodbye}, "state": {"s"}}))
	if view.Elsewhere == nil || view.Elsewhere.String() != goodbye+"?state=s" {
		t.Errorf("answered %d to %v", view.Status, view.Elsewhere)
	}
	if view := visitor(t).Get(t, app.Issuer+"/logout"); view.Status != http.StatusOK || view.Elsewhere != nil {
		t.Errorf("answered %d to %v", view.Status, view.Elsewhere)
	}
}

// No user is redirected to an address that is not registered, signed in or not.
func TestLogoutToAnUnregisteredAddress(t *testing.T) {
	t.Parallel()
	app, other := newApp(t, saysGoodbye), newApp(t)
	v, tokens := signedIn(t, app)
	hint, foreign := text(tokens["id_token"]), text(other.Tokens(t, v, "alice", nil)["id_token"])
	for name, values := range map[string]url.Values{
		"another address":         {"client_id": {app.ID}, "post_logout_redirect_uri": {"https://evil.example/"}},
		"a redirect_uri":          {"client_id": {app.ID}, "post_logout_redirect_uri": {app.Redirect}},
		"a longer one":            {"client_id": {app.ID}, "post_logout_redirect_uri": {goodbye + "?x"}},
		"of another client":       {"client_id": {other.ID}, "post_logout_redirect_uri": {goodbye}},
		"of nobody":               {"post_logout_redirect_uri": {goodbye}},
		"of an unknown client":    {"client_id": {"unknown"}, "post_logout_redirect_uri": {goodbye}},
		"hint of another client":  {"client_id": {app.ID}, "id_token_hint": {foreign}, "post_logout_redirect_uri": {goodbye}},
		"only the foreign hint":   {"id_token_hint": {foreign}, "post_logout_redirect_uri": {goodbye}},
		"a hint that is none":     {"id_token_hint": {hint + "x"}, "post_logout_redirect_uri": {goodbye}},
		"an access token as hint": {"id_token_hint": {bearer(tokens)}, "post_logout_redirect_uri": {goodbye}},
		"a state that is too long": {
			"client_id": {app.ID}, "post_logout_redirect_uri": {goodbye}, "state": {strings.Repeat("x", 2049)},
		},
	} {
		t.Run(name, func(t *testing.T) {
			for _, who := range []*installation.Visitor{v, visitor(t)} {
				errorPage(t, who.Get(t, logout(app, values)))
			}
		})
	}
	stays, _ := authorize(t, app, v, url.Values{"prompt": {"none"}})
	answered(t, stays)
}

// An address that is taken away while the page is open is not registered any more: the
// person is signed out and stays here.
func TestLogoutToAnAddressThatIsGone(t *testing.T) {
	t.Parallel()
	app := newApp(t, saysGoodbye)
	values := logout(app, url.Values{"client_id": {app.ID}, "post_logout_redirect_uri": {goodbye}})
	v, _ := signedIn(t, app)
	page := v.Get(t, values)
	change(t, app.Object, func(c *oauthv1alpha1.OAuthClient) { c.Spec.PostLogoutRedirectURIs = nil })
	effective(t, func() bool { return visitor(t).Get(t, values).Status == http.StatusBadRequest })
	view := v.Decide(t, page, "allow")
	if view.Elsewhere != nil || view.Status != http.StatusOK {
		t.Errorf("answered %d to %v", view.Status, view.Elsewhere)
	}
	again, _ := authorize(t, app, v, nil)
	asksToSignIn(t, again)
}
