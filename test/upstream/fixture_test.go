package upstream

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/inprocess"
	"github.com/grantor-dev/grantor/test/installation"
	"github.com/grantor-dev/grantor/test/openidprovider"
)

// scene is one provider and an application.
type scene struct {
	*installation.Installation

	app      installation.App
	name     string
	provider *openidprovider.Provider
	// turned is the clock of the provider.
	turned *inprocess.Clock
}

var allowLoopback sync.Once

// grantor returns the shared Grantor, which may call providers of tests.
func grantor(t testing.TB) *installation.Installation {
	t.Helper()
	g := shared.Grantor(t)
	allowLoopback.Do(func() { allow(t, g) })
	return g
}

// allow lets a Grantor call providers of tests.
func allow(t testing.TB, g *installation.Installation) {
	t.Helper()
	installation.Edit(t, g.Admin, &oauthv1alpha1.OAuthServer{ObjectMeta: metav1.ObjectMeta{Namespace: devenv.SystemNamespace, Name: "default"}}, func(s *oauthv1alpha1.OAuthServer) {
		s.Spec.Outbound.Networks = append(s.Spec.Outbound.Networks, "127.0.0.1/32")
	})
}

// newScene connects a provider whose users may sign in.
func newScene(t testing.TB, name string, change ...func(*oauthv1alpha1.OAuthIdentityProvider)) *scene {
	t.Helper()
	return connected(t, grantor(t), name, change...)
}

// connected connects a provider to a Grantor.
func connected(t testing.TB, g *installation.Installation, name string, change ...func(*oauthv1alpha1.OAuthIdentityProvider)) *scene {
	t.Helper()
	s := &scene{Installation: g, name: name, turned: &inprocess.Clock{}}
	s.provider = openidprovider.Start(t, s.turned.Now)
	connect(t, g, name, s.provider.URL, openidprovider.ClientID, openidprovider.ClientSecret, change...)
	namespace := devenv.Namespace(t, g.Kube.Config)
	s.app = g.NewApp(t, installation.Application(namespace, "shop"))
	s.awaitButton(t)
	return s
}

// connect creates an OAuthIdentityProvider.
func connect(t testing.TB, g *installation.Installation, name, issuer, clientID, secret string, change ...func(*oauthv1alpha1.OAuthIdentityProvider)) {
	t.Helper()
	installation.CreateForTest(t, g.Admin, &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: devenv.SystemNamespace, Name: name + "-client"}, StringData: map[string]string{"client-secret": secret}})
	p := &oauthv1alpha1.OAuthIdentityProvider{ObjectMeta: metav1.ObjectMeta{Namespace: devenv.SystemNamespace, Name: name}}
	p.Spec.ServerName, p.Spec.DisplayName = "default", "The "+name+" people"
	p.Spec.OIDC = &oauthv1alpha1.OIDCProvider{
		Issuer: oauthv1alpha1.WebURI(issuer), ClientID: clientID, ClientSecretRef: &oauthv1alpha1.ProviderSecretReference{Name: name + "-client"},
	}
	p.Spec.Claims.Groups = &oauthv1alpha1.IdentityGroups{Allow: []string{"team-*", "admins"}}
	for _, f := range change {
		f(p)
	}
	installation.CreateForTest(t, g.Admin, p)
}

// awaitButton waits until each replica lets users sign in at the provider.
func (s *scene) awaitButton(t testing.TB) {
	t.Helper()
	for _, replica := range s.Servers {
		installation.Eventually(t, installation.Effective, func() bool {
			app := s.app
			app.Issuer = replica.Options().URL
			to, _ := app.AuthorizationURL(nil)
			v := s.Visitor()
			form, ok := button(v.Get(t, to), s.name)
			if !ok {
				return false
			}
			view := v.Submit(t, v.Get(t, to), form, url.Values{"provider": {s.name}})
			return view.Elsewhere != nil && strings.HasPrefix(view.Elsewhere.String(), s.provider.URL)
		}, func() string { return "button of " + s.name })
	}
}

// button returns the form with the button of a provider.
func button(view installation.View, name string) (installation.Form, bool) {
	for _, form := range view.Forms {
		if slices.Contains(form.Buttons["provider"], name) {
			return form, true
		}
	}
	return installation.Form{}, false
}

// leave presses the button, and returns the authorization request that the provider gets.
func (s *scene) leave(t testing.TB, v *installation.Visitor, view installation.View) url.Values {
	t.Helper()
	form, ok := button(view, s.name)
	if !ok {
		t.Fatalf("no button of %s: %d %s", s.name, view.Status, view.Body)
	}
	view = v.Submit(t, view, form, url.Values{"provider": {s.name}})
	if view.Status != http.StatusSeeOther || view.Elsewhere == nil || !strings.HasPrefix(view.Elsewhere.String(), s.provider.URL+"/authorize?") {
		t.Fatalf("the button answers %d %v %s", view.Status, view.Elsewhere, view.Body)
	}
	return view.Elsewhere.Query()
}

func (s *scene) callback(answer url.Values) string {
	return s.Issuer + "/login/callback/" + s.name + "?" + answer.Encode()
}

// arrive lets a user sign in to the application, and returns where the browser is then.
func (s *scene) arrive(t testing.TB, v *installation.Visitor, user string, more url.Values) (installation.View, string) {
	t.Helper()
	to, verifier := s.app.AuthorizationURL(more)
	request := s.leave(t, v, v.Get(t, to))
	return s.agree(t, v, v.Get(t, s.callback(s.provider.Allow(request, user)))), verifier
}

// agree allows the application what it asks for.
func (s *scene) agree(t testing.TB, v *installation.Visitor, view installation.View) installation.View {
	t.Helper()
	if form, ok := view.DecisionForm(); ok {
		return v.Submit(t, view, form, url.Values{"decision": {"allow"}})
	}
	return view
}

// tokens signs a user in and redeems the code.
func (s *scene) tokens(t testing.TB, v *installation.Visitor, user string, more url.Values) map[string]any {
	t.Helper()
	view, verifier := s.arrive(t, v, user, more)
	return s.app.TokensOf(t, view, verifier)
}

// at returns a replica whose clock can be turned.
func (s *scene) at(t testing.TB) (*inprocess.Clock, *inprocess.Replica, installation.App) {
	t.Helper()
	clock, replica := inprocess.StartWithClock(t, s.Installation)
	app := s.app
	app.Issuer = replica.URL
	return clock, replica, app
}

// persons returns the Persons of the provider.
func (s *scene) persons(t testing.TB) []sessionv1alpha1.Person {
	t.Helper()
	list := &sessionv1alpha1.PersonList{}
	if err := s.Admin.List(t.Context(), list, client.InNamespace(devenv.SystemNamespace)); err != nil {
		t.Fatal(err)
	}
	var out []sessionv1alpha1.Person
	for _, p := range list.Items {
		if p.Spec.Provider == s.name {
			out = append(out, p)
		}
	}
	return out
}

// later is after the interval at which providers are asked again by default.
const later = time.Hour + time.Minute

func claims(username string, groups ...string) map[string]any {
	list := []any{}
	for _, group := range groups {
		list = append(list, group)
	}
	return map[string]any{
		"preferred_username": username, "name": "The one called " + username, "email": username + "@example.com", "email_verified": true, "groups": list,
	}
}
