package factors

import (
	"encoding/base32"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/server/identity/factors/totp"
	"github.com/grantor-dev/grantor/test/installation"
)

var mode struct {
	sync.Mutex
	is oauthv1alpha1.SecondFactorMode
}

// grantor returns the running Grantor with a mode.
func grantor(t testing.TB, is oauthv1alpha1.SecondFactorMode) *installation.Installation {
	t.Helper()
	g := shared.Grantor(t)
	mode.Lock()
	defer mode.Unlock()
	if mode.is != is {
		g.Configure(t, func(s *oauthv1alpha1.OAuthServer) { s.Spec.Login.SecondFactor = is })
		mode.is = is
	}
	return g
}

// person is a user with a browser, and perhaps with an authenticator app.
type person struct {
	g       *installation.Installation
	name    string
	user    *oauthv1alpha1.OAuthUser
	browser *installation.Visitor
	app     *app
}

// app is an authenticator app: each code is of a later step than the one before.
type app struct {
	secret []byte
	last   int64
}

// code returns the next code that counts, and waits for it if need be.
func (a *app) code() string {
	for {
		now := totp.Step(time.Now())
		next := max(a.last+1, now-1)
		if next <= now+1 {
			a.last = next
			return totp.Code(a.secret, next)
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// wrong returns a code that is none now.
func (a *app) wrong(n int) string {
	now := totp.Step(time.Now())
	for {
		code := totp.Code([]byte("12345678901234567890"), int64(n))
		right := false
		for step := now - 3; step <= now+3; step++ {
			right = right || totp.Code(a.secret, step) == code
		}
		if !right {
			return code
		}
		n += 1_000_003
	}
}

// newPerson creates a user whom all replicas know.
func newPerson(t testing.TB, g *installation.Installation, name string) *person {
	t.Helper()
	p := &person{g: g, name: name, user: g.CreateUser(t, name), browser: g.Visitor()}
	for _, server := range g.Servers {
		installation.Eventually(t, installation.Effective, func() bool {
			v := g.Visitor()
			view := v.Get(t, server.Options().URL+"/account")
			form, ok := view.LoginForm()
			if !ok {
				return false
			}
			view = v.Submit(t, view, form, url.Values{"username": {name}, "password": {name + "-password"}})
			return view.Status == http.StatusOK
		}, func() string { return "replica that knows " + name })
	}
	return p
}

// at signs the user in at a page, up to where a second factor is asked for.
func (p *person) at(t testing.TB, v *installation.Visitor, page string) installation.View {
	t.Helper()
	view := v.Get(t, page)
	return v.SignIn(t, view, p.name, p.name+"-password")
}

// form returns the form of a page whose input or button has a name, and a value if that is
// not empty.
func form(t testing.TB, view installation.View, name, value string) installation.Form {
	t.Helper()
	for _, f := range view.Forms {
		if f.Values.Has(name) && (value == "" || f.Values.Get(name) == value) || len(f.Buttons[name]) > 0 && (value == "" || f.Buttons[name][0] == value) {
			return f
		}
	}
	t.Fatalf("no form with %s=%s: %d at %s: %s", name, value, view.Status, view.URL.Path, view.Body)
	return installation.Form{}
}

func press(t testing.TB, v *installation.Visitor, view installation.View, action string) installation.View {
	t.Helper()
	return v.Submit(t, view, form(t, view, "action", action), url.Values{"action": {action}})
}

var keyText = regexp.MustCompile(`Key: <bdi>([A-Z2-7]{32})</bdi>`)

// scan returns the app that reads a page.
func scan(t testing.TB, view installation.View) *app {
	t.Helper()
	found := keyText.FindStringSubmatch(view.Body)
	if found == nil {
		t.Fatalf("no key: %d %s", view.Status, view.Body)
	}
	secret, err := base32.StdEncoding.DecodeString(found[1])
	if err != nil {
		t.Fatal(err)
	}
	if view.Shows(t, html.EscapeString("secret="+found[1])); !strings.Contains(view.Body, "<svg") {
		t.Error("there is no QR code")
	}
	return &app{secret: secret}
}

var codeText = regexp.MustCompile(`<li><bdi>([0-9a-z-]{19})</bdi></li>`)

// recoveryCodes returns those that a page shows.
func recoveryCodes(t testing.TB, view installation.View) []string {
	t.Helper()
	var out []string
	for _, found := range codeText.FindAllStringSubmatch(view.Body, -1) {
		out = append(out, found[1])
	}
	if len(out) != 10 {
		t.Fatalf("%d recovery codes: %d %s", len(out), view.Status, view.Body)
	}
	return out
}

// enroll adds an authenticator app at the account page and returns the recovery codes.
func (p *person) enroll(t testing.TB) []string {
	t.Helper()
	view := p.at(t, p.browser, p.g.Issuer+"/account/security")
	view = press(t, p.browser, view, "new-app")
	p.app = scan(t, view)
	view = p.browser.Submit(t, view, form(t, view, "code", ""), url.Values{"action": {"add"}, "code": {p.app.code()}})
	return recoveryCodes(t, view)
}

// give answers a page that asks for a second factor.
func give(t testing.TB, v *installation.Visitor, view installation.View, code string) installation.View {
	t.Helper()
	return v.Submit(t, view, form(t, view, "code", ""), url.Values{"code": {code}})
}

// enrollment returns what is stored of a user.
func (p *person) enrollment(t testing.TB) *sessionv1alpha1.Enrollment {
	t.Helper()
	list := &sessionv1alpha1.EnrollmentList{}
	if err := p.g.Admin.List(t.Context(), list, client.InNamespace(devenv.SystemNamespace)); err != nil {
		t.Fatal(err)
	}
	for i := range list.Items {
		if list.Items[i].Spec.UserUID == string(p.user.UID) {
			return &list.Items[i]
		}
	}
	return nil
}

// signedIn reports whether a browser is signed in.
func (p *person) signedIn(t testing.TB, v *installation.Visitor) bool {
	t.Helper()
	view := v.Get(t, p.g.Issuer+"/account")
	return view.Status == http.StatusOK && strings.Contains(view.Body, "Where you are signed in")
}
