package connect

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// Answers that are not what was asked for give nothing, and what they say is not repeated.
func TestMutatedCallbacks(t *testing.T) {
	t.Parallel()
	g := shared.Grantor(t)
	// The other tests use up what alice may load.
	byBob := func(o *oauthv1alpha1.OAuthToken) { o.Spec.AuthorizedBy.Users = []string{"bob"} }
	s, other := newScene(t, g, byBob), newScene(t, g, byBob)
	// To sign in takes long, which is not what this is about.
	signedIn := s.visitor()
	type back struct {
		scene   scene
		visitor *installation.Visitor
		query   url.Values
	}
	for name, test := range map[string]struct {
		change func(*testing.T, *back)
		status int
		says   string
	}{
		"another state": {func(_ *testing.T, b *back) { b.query.Set("state", strings.Repeat("a", 32)) }, http.StatusBadRequest, "another browser"},
		"another end of the state": {func(_ *testing.T, b *back) {
			state := b.query.Get("state")
			b.query.Set("state", state[:31]+string("0123456789abcdef"[(strings.IndexByte("0123456789abcdef", state[31])+1)%16]))
		}, http.StatusBadRequest, "another browser"},
		"no state":        {func(_ *testing.T, b *back) { b.query.Del("state") }, http.StatusBadRequest, "another browser"},
		"a short state":   {func(_ *testing.T, b *back) { b.query.Set("state", "ab") }, http.StatusBadRequest, "another browser"},
		"the state twice": {func(_ *testing.T, b *back) { b.query.Add("state", b.query.Get("state")) }, http.StatusBadRequest, "more than once"},
		"the code twice":  {func(_ *testing.T, b *back) { b.query.Add("code", "other") }, http.StatusBadRequest, "more than once"},
		"no code":         {func(_ *testing.T, b *back) { b.query.Del("code") }, http.StatusBadRequest, "no code"},
		"a huge code":     {func(_ *testing.T, b *back) { b.query.Set("code", strings.Repeat("c", 4097)) }, http.StatusBadRequest, "no code"},
		"a code in unicode": {func(_ *testing.T, b *back) { b.query.Set("code", "cödé") },
			http.StatusBadRequest, "no code"},
		"another issuer": {func(_ *testing.T, b *back) { b.query.Set("iss", "https://evil.example") }, http.StatusForbidden, "does not come from the provider"},
		"no issuer":      {func(_ *testing.T, b *back) { b.query.Del("iss") }, http.StatusForbidden, "does not come from the provider"},
		"a refusal": {func(_ *testing.T, b *back) {
			b.query.Del("code")
			b.query.Set("error", "access_denied")
			b.query.Set("error_description", "<script>alert(1)</script>"+strings.Repeat("x", 5000))
		}, http.StatusForbidden, "The provider refused: access_denied"},
		"a refusal beside a code": {func(_ *testing.T, b *back) { b.query.Set("error", "server_error") }, http.StatusForbidden, "server_error"},
		"a refusal of another issuer": {func(_ *testing.T, b *back) {
			b.query.Set("error", "access_denied")
			b.query.Set("iss", "https://evil.example")
		}, http.StatusForbidden, "does not come from the provider"},
		"no error code":         {func(_ *testing.T, b *back) { b.query.Set("error", "<b>x</b>") }, http.StatusForbidden, "The provider refused."},
		"at another OAuthToken": {func(_ *testing.T, b *back) { b.scene = other }, http.StatusBadRequest, "another browser"},
		"another browser": {func(t *testing.T, b *back) {
			b.visitor = b.scene.visitor()
			b.scene.open(t, b.visitor, "bob")
		}, http.StatusBadRequest, "another browser"},
		"another person": {func(t *testing.T, b *back) { switchTo(t, b.scene, b.visitor, "alice") }, http.StatusForbidden, "not signed in any more"},
		"another spec": {func(t *testing.T, b *back) {
			b.scene.edit(t, func(spec *oauthv1alpha1.OAuthTokenSpec) { spec.Scopes = []string{"read"} })
		}, http.StatusConflict, "has changed"},
		"no permission any more": {func(t *testing.T, b *back) {
			b.scene.edit(t, func(spec *oauthv1alpha1.OAuthTokenSpec) {
				spec.AuthorizedBy = &oauthv1alpha1.TokenAuthorizers{Users: []string{"alice"}}
			})
		}, http.StatusForbidden, "may not authorize"},
		"a deleted OAuthToken": {func(t *testing.T, b *back) {
			if err := b.scene.Admin.Delete(t.Context(), b.scene.token(t)); err != nil {
				t.Fatal(err)
			}
		}, http.StatusForbidden, "may not authorize"},
	} {
		t.Run(name, func(t *testing.T) {
			own := s
			if strings.Contains(name, "spec") || strings.Contains(name, "any more") || strings.Contains(name, "deleted") {
				own = newScene(t, g, byBob)
			}
			b := back{scene: own, visitor: signedIn}
			if name == "another person" {
				b.visitor = own.visitor()
			}
			b.query = own.back(own.leave(t, b.visitor, "bob"))
			test.change(t, &b)
			view := b.visitor.Get(t, b.scene.callback(b.query))
			if view.Status != test.status || !view.Says(test.says) || view.Header.Get("Referrer-Policy") != "no-referrer" {
				t.Errorf("it answers %d %s", view.Status, view.Body)
			}
			if strings.Contains(view.Body, "<script") || strings.Contains(view.Body, "<b>") || len(view.Body) > 4096 || strings.Contains(view.Body, b.query.Get("code")) && b.query.Get("code") != "" {
				t.Errorf("it repeats what was sent: %s", view.Body)
			}
		})
	}
	if kept := s.connections(t); len(kept) != 0 {
		t.Errorf("something was handed over: %+v", kept)
	}
	if requests, _, _ := s.provider.Counts(); requests != 0 {
		t.Errorf("the provider was asked %d times", requests)
	}
}

// switchTo lets another person sign in with the same browser.
func switchTo(t testing.TB, s scene, v *installation.Visitor, who string) {
	t.Helper()
	v.SignIn(t, v.Get(t, s.Issuer+"/login"), who, who+"-password")
}

// Two browsers, and two pages of one, do not disturb each other. The last one counts.
func TestSeveralAtOnce(t *testing.T) {
	t.Parallel()
	s := newScene(t, shared.Grantor(t))
	one, two := s.visitor(), s.visitor()
	first, second, third := s.back(s.leave(t, one, "alice")), s.back(s.leave(t, two, "alice")), s.back(s.leave(t, one, "alice"))
	for _, step := range []struct {
		visitor *installation.Visitor
		query   url.Values
	}{{one, third}, {two, second}, {one, first}} {
		view := step.visitor.Get(t, s.callback(step.query))
		if view.Status != http.StatusOK {
			t.Fatalf("coming back answers %d %s", view.Status, view.Body)
		}
		settled(t, step.visitor, view)
	}
	if requests, atOnce, revoked := s.provider.Counts(); requests < 1 || requests > 3 || atOnce != 1 || revoked != 0 {
		t.Errorf("%d token requests, %d at once, %d revoked", requests, atOnce, revoked)
	}
	if !s.valid(t) {
		t.Error("there is no token")
	}
}

// A browser keeps the cookies of three attempts.
func TestCookiesAreFew(t *testing.T) {
	t.Parallel()
	s := newScene(t, shared.Grantor(t), func(o *oauthv1alpha1.OAuthToken) { o.Spec.AuthorizedBy.Users = []string{"bob"} })
	v := s.visitor()
	for range 6 {
		s.leave(t, v, "bob")
	}
	few := 0
	for _, cookie := range v.Cookies(s.Issuer) {
		if strings.Contains(cookie.Name, "-connect-") {
			few++
			if len(cookie.Value) > 3000 {
				t.Errorf("a cookie has %d bytes", len(cookie.Value))
			}
		}
	}
	if few != 3 {
		t.Errorf("%d cookies", few)
	}
}

// What the form brings back counts for who it was made for, and for what that person saw.
func TestFormsAreBound(t *testing.T) {
	t.Parallel()
	g := shared.Grantor(t)
	s, other := newScene(t, g), newScene(t, g)
	v := s.visitor()
	view := s.open(t, v, "alice")
	form := continueForm(t, view)
	elsewhere := form
	elsewhere.Action = "/connect/" + other.key.Namespace + "/crm"
	if got := v.Submit(t, view, elsewhere, nil); got.Status != http.StatusForbidden {
		t.Errorf("at another OAuthToken: %d", got.Status)
	}
	if got := s.visitor().Submit(t, view, form, nil); got.Status != http.StatusForbidden {
		t.Errorf("in another browser: %d", got.Status)
	}
	if got := v.Submit(t, view, installation.Form{Action: form.Action}, nil); got.Status != http.StatusBadRequest {
		t.Errorf("without what the page has: %d", got.Status)
	}
	s.edit(t, func(spec *oauthv1alpha1.OAuthTokenSpec) { spec.Scopes = []string{"everything"} })
	if got := v.Submit(t, view, form, nil); got.Status != http.StatusConflict || !strings.Contains(got.Body, "everything") {
		t.Errorf("after a change: %d %s", got.Status, got.Body)
	}
	switchTo(t, s, v, "bob")
	if got := v.Submit(t, view, form, nil); got.Status != http.StatusForbidden {
		t.Errorf("by another person: %d", got.Status)
	}
}
