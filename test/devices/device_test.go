package devices

import (
	"maps"
	"net/http"
	"net/url"
	"testing"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// convergence is how long something may take that happens within seconds.
const convergence = 30 * time.Second

// device is a device of an application.
type device struct {
	installation.App

	// code and userCode are what it got, typed and link where it sends its user.
	code, userCode, typed, link string
}

// public is a command line: without a secret or a redirect URI.
func public(c *oauthv1alpha1.OAuthClient) {
	c.Spec.Authentication.Method = oauthv1alpha1.AuthenticationNone
	c.Spec.RedirectURIs = nil
	c.Spec.GrantTypes = []oauthv1alpha1.GrantType{oauthv1alpha1.GrantDeviceCode, oauthv1alpha1.GrantRefreshToken}
}

// newApp creates a command line in a namespace of its own.
func newApp(t testing.TB, changes ...func(*oauthv1alpha1.OAuthClient)) installation.App {
	t.Helper()
	return shared.Grantor(t).NewApp(t, installation.Application(shared.Namespace(t), "cli", append([]func(*oauthv1alpha1.OAuthClient){public}, changes...)...))
}

// begin lets a device of an application begin.
func begin(t testing.TB, app installation.App, more url.Values) *device {
	t.Helper()
	var answer installation.Answer
	// All tests together have the budget of one address.
	installation.Eventually(t, convergence, func() bool {
		answer = start(t, app, more)
		return answer.Status != http.StatusTooManyRequests
	}, func() string { return "room for one more device" })
	if answer.Status != http.StatusOK {
		t.Fatalf("/device_authorization answers %d %s", answer.Status, answer.Body)
	}
	d := &device{App: app}
	d.code, _ = answer.JSON["device_code"].(string)
	d.userCode, _ = answer.JSON["user_code"].(string)
	d.typed, _ = answer.JSON["verification_uri"].(string)
	d.link, _ = answer.JSON["verification_uri_complete"].(string)
	return d
}

func start(t testing.TB, app installation.App, more url.Values) installation.Answer {
	t.Helper()
	form := url.Values{"scope": {"openid profile offline_access"}}
	maps.Copy(form, more)
	return app.Post(t, "/device_authorization", form)
}

// poll asks for tokens, at a replica.
func (d *device) poll(t testing.TB, at string) installation.Answer {
	t.Helper()
	app := d.App
	app.Issuer = at
	return app.Ask(t, url.Values{"grant_type": {string(oauthv1alpha1.GrantDeviceCode)}, "device_code": {d.code}}, nil)
}

// visitor is a browser in which no user has signed in.
func visitor(t testing.TB) *installation.Visitor {
	t.Helper()
	return installation.NewVisitor(http.DefaultTransport, shared.Grantor(t).Issuer)
}

// token asks a replica until it has heard of the user's decision, and must then succeed.
func (d *device) token(t testing.TB, at string) installation.Answer {
	t.Helper()
	answer := d.awaitedAt(t, at)
	if answer.Status != http.StatusOK {
		t.Fatalf("/token answers %d %s", answer.Status, answer.Body)
	}
	return answer
}

// awaited polls as a device does that was told nothing yet, until it is told something else.
func (d *device) awaited(t testing.TB) installation.Answer {
	t.Helper()
	return d.awaitedAt(t, d.Issuer)
}

func (d *device) awaitedAt(t testing.TB, at string) (answer installation.Answer) {
	t.Helper()
	installation.Eventually(t, convergence, func() bool {
		answer = d.poll(t, at)
		return answer.Code() != "authorization_pending" && answer.Code() != "slow_down"
	}, func() string { return "answer that is not " + answer.Body })
	return answer
}

// typedBy lets a user type the code of the device, and returns what that leads to.
func (d *device) typedBy(t testing.TB, v *installation.Visitor, code string) installation.View {
	t.Helper()
	view := v.Get(t, d.typed)
	if _, ok := view.LoginForm(); ok {
		view = v.SignIn(t, view, "alice", "alice-password")
	}
	return v.Submit(t, view, codeForm(t, view), url.Values{"user_code": {code}})
}

func codeForm(t testing.TB, view installation.View) installation.Form {
	t.Helper()
	form, ok := view.CodeForm()
	if !ok {
		t.Fatalf("no form for a code: %d %s", view.Status, view.Body)
	}
	return form
}
