package applications

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// application is a web application that redirects a visitor of its start page to the
// server, and then shows what it learned of the user as JSON.
type application struct {
	// path is that of its redirect URI.
	path string
	// start starts it.
	start func(t *testing.T, s settings)
	// change is what the OAuthClient needs beside its redirect URI and scopes.
	change func(*oauthv1alpha1.OAuthClient)
	// refreshes says that it gets new tokens before it shows anything.
	refreshes bool
}

// settings are all that an application is told.
type settings struct {
	Issuer, ID, Secret, RedirectURI string
	// Home is the application's own URL, and Address what it listens on.
	Home, Address string
	// CAFile has the certificate of the CA that the server's is of: the machine does
	// not trust it.
	CAFile string
}

// environment tells a program its settings.
func (s settings) environment() []string {
	return []string{
		"ISSUER=" + s.Issuer, "CLIENT_ID=" + s.ID, "CLIENT_SECRET=" + s.Secret, "REDIRECT_URI=" + s.RedirectURI,
		"HOME_URL=" + s.Home, "ADDRESS=" + s.Address, "CA_FILE=" + s.CAFile,
	}
}

// register creates an OAuthClient for an application.
func register(t *testing.T, path string, change func(*oauthv1alpha1.OAuthClient)) settings {
	t.Helper()
	g := shared.Grantor(t)
	port := installation.FreePort(t)
	s := settings{Issuer: g.Issuer, Address: devenv.Loopback(port), CAFile: g.TLS.CAFile}
	s.Home = "http://" + s.Address
	s.RedirectURI = s.Home + path
	client := &oauthv1alpha1.OAuthClient{}
	client.Namespace, client.Name = shared.Namespace(t), "app"
	client.Spec.RedirectURIs = []oauthv1alpha1.RedirectURI{oauthv1alpha1.RedirectURI(s.RedirectURI)}
	client.Spec.Scopes = []oauthv1alpha1.Scope{"openid", "profile", "email"}
	if change != nil {
		change(client)
	}
	app := g.NewApp(t, client)
	s.ID, s.Secret = app.ID, app.Secret
	return s
}

// learned is what an application shows of the user who signed in.
type learned struct {
	Subject, Name, Email string
	// Refreshed says that it got new tokens with its refresh token.
	Refreshed bool
	// Error is what it says in place of all that.
	Error string
}

// signIn signs alice in to an application and checks what it learned of her.
func (a application) signIn(t *testing.T) {
	t.Helper()
	s := register(t, a.path, a.change)
	a.start(t, s)
	v := installation.NewVisitor(browser{}, s.Issuer, s.Home)
	view := through(t, v, v.Get(t, s.Home+"/"))
	var got learned
	if err := json.Unmarshal([]byte(view.Body), &got); err != nil {
		t.Fatalf("%s answers %d, to %s\n%s", view.URL, view.Status, view.Elsewhere, view.Body)
	}
	want := learned{Subject: got.Subject, Name: "Alice Example", Email: "alice@example.com", Refreshed: a.refreshes}
	if got != want || got.Subject != "" && !strings.HasPrefix(got.Subject, "local:") {
		t.Errorf("it learned %+v, not %+v", got, want)
	}
}

// browser sends what tells a browser from a program: some applications redirect no
// program.
type browser struct{}

func (browser) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Accept", "text/html,application/xhtml+xml,*/*;q=0.8")
	return http.DefaultTransport.RoundTrip(r)
}

// through does what pages ask for: of the server, a password and consent; of an
// application, to press a button that goes on.
func through(t *testing.T, v *installation.Visitor, view installation.View) installation.View {
	t.Helper()
	const most = 5
	for range most {
		if _, ok := view.LoginForm(); ok {
			view = v.SignIn(t, view, "alice", "alice-password")
		} else if _, ok := view.DecisionForm(); ok {
			view = v.Decide(t, view, "allow")
		} else if len(view.Forms) == 1 {
			view = v.Submit(t, view, view.Forms[0], nil)
		} else {
			return view
		}
	}
	return view
}
