package upstream

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// restrict lets only users of some providers use the application.
func (s *scene) restrict(t testing.TB, providers ...string) {
	t.Helper()
	installation.Edit(t, s.Admin, s.app.Object, func(c *oauthv1alpha1.OAuthClient) { c.Spec.Login.Providers = providers })
}

// TestWaysToSignInToAClient: the page offers what the client lets in, and tokens of others end.
func TestWaysToSignInToAClient(t *testing.T) {
	s, other := newScene(t, "wanted"), newScene(t, "unwanted")
	other.app = s.app
	for _, one := range []*scene{s, other} {
		one.provider.SetUser("7", claims("ada"))
	}
	tokens := other.tokens(t, other.Visitor(), "7", everything)
	browser := other.Visitor()
	other.tokens(t, browser, "7", nil)
	s.restrict(t, "wanted")
	installation.Eventually(t, installation.Effective, func() bool { return s.userinfo(t, tokens).Status == http.StatusUnauthorized },
		func() string { return "tokens of other users end" })
	to, _ := s.app.AuthorizationURL(nil)
	view := browser.Get(t, to)
	_, password := view.LoginForm()
	_, wanted := button(view, "wanted")
	_, unwanted := button(view, "unwanted")
	if password || !wanted || unwanted {
		t.Errorf("the page has password %v, wanted %v, unwanted %v: %s", password, wanted, unwanted, view.Body)
	}
	form, _ := button(view, "wanted")
	if view = browser.Submit(t, view, form, url.Values{"provider": {"unwanted"}}); view.Elsewhere != nil {
		t.Errorf("a button that is not there leads to %v", view.Elsewhere)
	}
	s.tokens(t, browser, "7", nil)
	if view = browser.Get(t, strings.Replace(to, "scope=openid", "prompt=none&scope=openid", 1)); view.Param("code") == "" {
		t.Errorf("the user of the wanted provider: %v %s", view.Elsewhere, view.Body)
	}
}

// TestTheOnlyWay: without another way to sign in, a user sees no page, unless the user has just
// signed out.
func TestTheOnlyWay(t *testing.T) {
	s := newScene(t, "only")
	s.provider.SetUser("7", claims("ada"))
	s.restrict(t, "only")
	server := &oauthv1alpha1.OAuthServer{ObjectMeta: metav1.ObjectMeta{Namespace: devenv.SystemNamespace, Name: "default"}}
	set := func(redirect bool) {
		installation.Edit(t, s.Admin, server, func(o *oauthv1alpha1.OAuthServer) { o.Spec.Login.AutoRedirect = redirect })
	}
	set(true)
	t.Cleanup(func() { set(false) })
	to, _ := s.app.AuthorizationURL(nil)
	var view installation.View
	v := s.Visitor()
	installation.Eventually(t, installation.Effective, func() bool {
		v = s.Visitor()
		view = v.Get(t, to)
		return view.Elsewhere != nil && strings.HasPrefix(view.Elsewhere.String(), s.provider.URL)
	}, func() string { return "no page: " + view.Body })
	if view = s.agree(t, v, v.Get(t, s.callback(s.provider.Allow(view.Elsewhere.Query(), "7")))); view.Param("code") == "" {
		t.Fatalf("%d %v %s", view.Status, view.Elsewhere, view.Body)
	}
	view = v.Get(t, s.Issuer+"/logout")
	form, _ := view.DecisionForm()
	v.Submit(t, view, form, url.Values{"decision": {"allow"}})
	if _, ok := button(v.Get(t, to), s.name); !ok {
		t.Error("who has just signed out is sent to the provider again")
	}
	// Somebody whom the provider refuses sees why, and is not sent back at once.
	v = s.Visitor()
	request := v.Get(t, to).Elsewhere.Query()
	v.Get(t, s.callback(url.Values{"state": {request.Get("state")}, "error": {"access_denied"}, "iss": {s.provider.URL}})).Shows(t, "did not sign you in")
}

// TestAFreshSignIn: an application that asks for one gets one, or an error of the page.
func TestAFreshSignIn(t *testing.T) {
	s := newScene(t, "fresh")
	s.provider.SetUser("7", claims("ada"))
	v := s.Visitor()
	s.tokens(t, v, "7", nil)
	to, _ := s.app.AuthorizationURL(url.Values{"prompt": {"login"}, "login_hint": {"ada@example.com"}})
	request := s.leave(t, v, v.Get(t, to))
	if request.Get("prompt") != "login" || request.Get("max_age") != "0" || request.Get("login_hint") != "ada@example.com" {
		t.Errorf("the provider is asked %v", request)
	}
	if view := s.agree(t, v, v.Get(t, s.callback(s.provider.Allow(request, "7")))); view.Param("code") == "" {
		t.Errorf("a fresh sign-in: %d %v %s", view.Status, view.Elsewhere, view.Body)
	}
	for name, lie := range map[string]func(map[string]any){
		"an old one":         func(c map[string]any) { c["auth_time"] = 1_700_000_000 },
		"one without a time": func(c map[string]any) { delete(c, "auth_time") },
	} {
		s.provider.Lie(lie)
		request = s.leave(t, v, v.Get(t, to))
		if view := v.Get(t, s.callback(s.provider.Allow(request, "7"))); view.Elsewhere != nil || !strings.Contains(view.Body, `class="problem"`) {
			t.Errorf("%s: %d %v %s", name, view.Status, view.Elsewhere, view.Body)
		}
	}
}
