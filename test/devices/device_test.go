package devices

import (
	"net/http"
	"net/url"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

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
	answer := start(t, app, more)
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
	for name, list := range more {
		form[name] = list
	}
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

func TestLink(t *testing.T) {
	t.Parallel()
	d, v := begin(t, newApp(t), nil), visitor(t)
	if answer := d.poll(t, d.Issuer); answer.Code() != "authorization_pending" {
		t.Errorf("before anything: %d %s", answer.Status, answer.Body)
	}
	if answer := d.poll(t, d.Issuer); answer.Code() != "slow_down" {
		t.Errorf("at once: %d %s", answer.Status, answer.Body)
	}
	view := v.SignIn(t, v.Get(t, d.link), "alice", "alice-password")
	view = v.Decide(t, view, "allow")
	if view.Status != http.StatusOK {
		t.Fatalf("allowing answers %d %s", view.Status, view.Body)
	}
	t.Log(view.Body)
	answer := d.poll(t, shared.Grantor(t).Servers[1].Options().URL)
	t.Log(answer.Body)
	if answer.Status != http.StatusOK {
		t.Fatalf("/token answers %d %s", answer.Status, answer.Body)
	}
}
