package upstream

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// signedIn reports whether a browser is signed in.
func (s *scene) signedIn(t testing.TB, v *installation.Visitor) bool {
	t.Helper()
	return !strings.Contains(v.Get(t, s.Issuer+"/account").Body, `name="provider"`)
}

func (s *scene) tell(t testing.TB, token string) installation.Answer {
	t.Helper()
	return installation.Post(t, s.Issuer+"/logout/upstream/"+s.name, "", "", url.Values{"logout_token": {token}})
}

// TestAUserWhoSignsOutAtTheProvider: a logout token ends the sessions of the user, or of one
// session there, and nothing that is none does.
func TestAUserWhoSignsOutAtTheProvider(t *testing.T) {
	s := newScene(t, "leaving")
	for _, user := range []string{"7", "8"} {
		s.provider.SetUser(user, claims("user-"+user))
	}
	begin := func(user string) *installation.Visitor {
		v := s.Visitor()
		s.tokens(t, v, user, nil)
		return v
	}
	one, two, other := begin("7"), begin("7"), begin("8")
	for name, claims := range map[string]map[string]any{
		"without sub and sid":   {},
		"with a nonce":          {"sub": "7", "nonce": "n"},
		"without events":        {"sub": "7", "events": nil},
		"of another event":      {"sub": "7", "events": map[string]any{"http://schemas.openid.net/event/other": map[string]any{}}},
		"with an event that is": {"sub": "7", "events": map[string]any{"http://schemas.openid.net/event/backchannel-logout": "now"}},
		"for another client":    {"sub": "7", "aud": "another"},
		"of another issuer":     {"sub": "7", "iss": "https://login.example.com"},
		"without jti":           {"sub": "7", "jti": nil},
		"without iat":           {"sub": "7", "iat": nil},
		"that is old":           {"sub": "7", "iat": time.Now().Add(-time.Hour).Unix()},
		"that has expired":      {"sub": "7", "exp": time.Now().Add(-time.Hour).Unix()},
		"from the future":       {"sub": "7", "iat": time.Now().Add(time.Hour).Unix()},
	} {
		if answer := s.tell(t, s.provider.LogoutToken(claims)); answer.Status != http.StatusBadRequest || answer.JSON["error"] != "invalid_request" {
			t.Errorf("a token %s: %d %s", name, answer.Status, answer.Body)
		}
	}
	if answer := s.tell(t, "x.y.z"); answer.Status != http.StatusBadRequest {
		t.Errorf("no token: %d", answer.Status)
	}
	for _, v := range []*installation.Visitor{one, two, other} {
		if !s.signedIn(t, v) {
			t.Fatal("a session ended")
		}
	}
	if answer := s.tell(t, s.provider.LogoutToken(map[string]any{"sid": "s-8"})); answer.Status != http.StatusOK {
		t.Fatalf("about a session: %d %s", answer.Status, answer.Body)
	}
	if s.signedIn(t, other) || !s.signedIn(t, one) {
		t.Error("the session did not end, or another one did")
	}
	if answer := s.tell(t, s.provider.LogoutToken(map[string]any{"sub": "7"})); answer.Status != http.StatusOK {
		t.Fatalf("about a user: %d %s", answer.Status, answer.Body)
	}
	if s.signedIn(t, one) || s.signedIn(t, two) {
		t.Error("a session of the user goes on")
	}
}

// TestSigningOutLeadsToTheProvider: the page says that the user is still signed in there.
func TestSigningOutLeadsToTheProvider(t *testing.T) {
	s := newScene(t, "onward")
	s.provider.SetUser("7", claims("ada"))
	v := s.Visitor()
	s.tokens(t, v, "7", nil)
	view := v.Get(t, s.Issuer+"/logout")
	form, ok := view.DecisionForm()
	if !ok {
		t.Fatalf("no form: %s", view.Body)
	}
	view = v.Submit(t, view, form, url.Values{"decision": {"allow"}})
	view.Shows(t, s.provider.URL+"/signout?", "id_token_hint=", "You are still signed in at", "The onward people")
	if s.signedIn(t, v) {
		t.Error("the browser is signed in")
	}
}

// TestSigningOutOfAnApplication: the page also leads to where the application wants the browser,
// and to no other address. Users who did not sign in elsewhere go there at once.
func TestSigningOutOfAnApplication(t *testing.T) {
	s := newScene(t, "outward")
	s.provider.SetUser("7", claims("ada"))
	const goodbye = "https://app.example/goodbye?from=here"
	app := s.NewApp(t, installation.Application(shared.Namespace(t), "goodbye", func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.PostLogoutRedirectURIs = []oauthv1alpha1.RedirectURI{goodbye}
	}))
	v := s.Visitor()
	s.tokens(t, v, "7", nil)
	to := func(uri string) string {
		return s.Issuer + "/logout?" + url.Values{"client_id": {app.ID}, "post_logout_redirect_uri": {uri}, "state": {`s"><b>`}}.Encode()
	}
	if view := v.Get(t, to("https://evil.example/")); view.Status != http.StatusBadRequest || !s.signedIn(t, v) {
		t.Errorf("an address that is not registered: %d", view.Status)
	}
	view := v.Decide(t, v.Get(t, to(goodbye)), "allow")
	view.Shows(t, s.provider.URL+"/signout?", `<a href="https://app.example/goodbye?from=here&amp;state=s%22%3E%3Cb%3E">`)
	if view.Elsewhere != nil || s.signedIn(t, v) {
		t.Errorf("the browser is sent to %v, or is signed in", view.Elsewhere)
	}
	if view := v.Get(t, to(goodbye)); view.Param("state") != `s"><b>` {
		t.Errorf("a browser that is not signed in is sent to %v with %d", view.Elsewhere, view.Status)
	}
	local := s.Visitor()
	app.Tokens(t, local, "alice", nil)
	if view := local.Decide(t, local.Get(t, to(goodbye)), "allow"); view.Param("state") != `s"><b>` {
		t.Errorf("a user with a password is sent to %v with %d", view.Elsewhere, view.Status)
	}
}
