package directories

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/inprocess"
	"github.com/grantor-dev/grantor/test/installation"
	"github.com/grantor-dev/grantor/test/slapd"
)

// later is after the interval at which directories are asked again by default.
const later = time.Hour + time.Minute

// scene is a directory that users sign in with, and an application.
type scene struct {
	*installation.Installation

	name      string
	directory *slapd.Directory
	app       installation.App
}

var allowLoopback sync.Once

// grantor returns the shared Grantor, which may connect to the directories of tests.
func grantor(t testing.TB) *installation.Installation {
	t.Helper()
	g := shared.Grantor(t)
	allowLoopback.Do(func() {
		g.ChangeServer(t, func(s *oauthv1alpha1.OAuthServer) {
			s.Spec.Outbound.Networks = append(s.Spec.Outbound.Networks, "127.0.0.0/8")
			s.Spec.HTTP.TrustedProxies = append(s.Spec.HTTP.TrustedProxies, "127.0.0.0/8")
		})
	})
	return g
}

// newScene connects a directory.
func newScene(t testing.TB, name string, change ...func(*oauthv1alpha1.OAuthIdentityProvider)) *scene {
	t.Helper()
	s := &scene{Installation: grantor(t), name: name, directory: slapd.Start(t, trusted)}
	p := described(s.directory, func(p *oauthv1alpha1.LDAPProvider) { p.BindSecretRef.Name, p.Groups.Nested = name+"-ldap", 2 })
	p.Namespace, p.Name, p.Spec.DisplayName = devenv.SystemNamespace, name, "The "+name+" people"
	p.Spec.Claims.EmailVerified = oauthv1alpha1.EmailVerifiedTrust
	p.Spec.Claims.Groups = &oauthv1alpha1.IdentityGroups{Allow: []string{"platform", "engin*"}}
	for _, f := range change {
		f(p)
	}
	installation.CreateForTest(t, s.Admin, &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: p.Namespace, Name: name + "-ldap"}, StringData: map[string]string{"password": slapd.ReaderPassword}})
	installation.CreateForTest(t, s.Admin, p)
	s.app = s.NewApp(t, installation.Application(devenv.Namespace(t, s.Kube.Config), "shop"))
	for _, replica := range s.Servers {
		app := s.app
		app.Issuer = replica.Options().URL
		s.await(t, app)
	}
	return s
}

// await waits until a replica has the directory and its password: until then, it says that the
// directory cannot be reached.
func (s *scene) await(t testing.TB, app installation.App) {
	t.Helper()
	installation.Eventually(t, installation.Effective, func() bool {
		v := s.visitor(app)
		to, _ := app.AuthorizationURL(nil)
		view, ok := s.choose(t, v, v.Get(t, to))
		if !ok {
			return false
		}
		form, _ := view.LoginForm()
		return v.Submit(t, view, form, url.Values{"username": {"nobody"}, "password": {"wrong"}}).Status == http.StatusForbidden
	}, func() string { return "directory " + s.name + " at " + app.Issuer })
}

// visitor returns a browser in which nobody has signed in, and for which the issuer is the
// replica that an application uses.
func (s *scene) visitor(app installation.App) *installation.Visitor {
	return installation.NewVisitor(at(strings.TrimPrefix(app.Issuer, "http://")), s.Issuer, app.Issuer)
}

// at is a host to which all requests go.
type at string

// RoundTrip implements http.RoundTripper.
func (a at) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.URL.Host = string(a)
	return http.DefaultTransport.RoundTrip(r)
}

// choose presses the button of the directory, and returns the page with its form.
func (s *scene) choose(t testing.TB, v *installation.Visitor, view installation.View) (installation.View, bool) {
	t.Helper()
	for _, form := range view.Forms {
		for _, value := range form.Buttons["provider"] {
			if value != s.name {
				continue
			}
			next := v.Submit(t, view, form, url.Values{"provider": {s.name}})
			_, ok := next.LoginForm()
			return next, ok
		}
	}
	return view, false
}

// form opens the form of the directory for an application.
func (s *scene) form(t testing.TB, app installation.App, v *installation.Visitor, more url.Values) (view installation.View, verifier string) {
	t.Helper()
	to, verifier := app.AuthorizationURL(more)
	first := v.Get(t, to)
	view, ok := s.choose(t, v, first)
	if !ok {
		t.Fatalf("no form of %s: %d %s", s.name, view.Status, view.Body)
	}
	return view, verifier
}

// try fills in the form of the directory once.
func (s *scene) try(t testing.TB, app installation.App, v *installation.Visitor, username, password string) installation.View {
	t.Helper()
	view, _ := s.form(t, app, v, nil)
	form, _ := view.LoginForm()
	return v.Submit(t, view, form, url.Values{"username": {username}, "password": {password}})
}

// tokens signs a user in and redeems the code.
func (s *scene) tokens(t testing.TB, app installation.App, username, password string) map[string]any {
	t.Helper()
	v := s.visitor(app)
	view, verifier := s.form(t, app, v, url.Values{"scope": {"openid profile email groups offline_access"}})
	view = v.SignIn(t, view, username, password)
	if _, ok := view.DecisionForm(); ok {
		view = v.Decide(t, view, "allow")
	}
	return app.TokensOf(t, view, verifier)
}

// userinfo returns what an access token says of its user.
func userinfo(t testing.TB, app installation.App, tokens map[string]any) installation.Answer {
	t.Helper()
	token, _ := tokens["access_token"].(string)
	return installation.Userinfo(t, app.Issuer, token)
}

// refresh asks for the next tokens of a user.
func refresh(t testing.TB, app installation.App, tokens map[string]any) installation.Answer {
	t.Helper()
	token, _ := tokens["refresh_token"].(string)
	return app.Refresh(t, token, nil)
}

// replica returns one whose clock can be turned.
func (s *scene) replica(t testing.TB) (*inprocess.Clock, *inprocess.Replica, installation.App) {
	t.Helper()
	clock, replica, app := s.turned(t)
	s.await(t, app)
	return clock, replica, app
}

func (s *scene) turned(t testing.TB) (*inprocess.Clock, *inprocess.Replica, installation.App) {
	t.Helper()
	clock, replica := inprocess.StartWithClock(t, s.Installation)
	app := s.app
	app.Issuer = replica.URL
	return clock, replica, app
}
