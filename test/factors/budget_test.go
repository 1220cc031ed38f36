package factors

import (
	"net/http"
	"net/url"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// TestBudgetsOfFactors counts what the design page says of second factors, at the API server.
func TestBudgetsOfFactors(t *testing.T) {
	g, proxy := installation.Isolated(t)
	app := g.NewApp(t, installation.Application(devenv.Namespace(t, g.Kube.Config), "app"))
	app.Code(t, g.Visitor(), "alice", nil)
	ledger := installation.NewLedger(t, g, proxy)
	v := g.Visitor()
	var view installation.View
	signIn := func() {
		to, _ := app.AuthorizationURL(url.Values{"prompt": {"login"}})
		view = v.SignIn(t, v.Get(t, to), "alice", "alice-password")
	}
	arrived := func() {
		t.Helper()
		if view.Param("code") == "" {
			t.Errorf("no code: %d %s", view.Status, view.Body)
		}
	}
	bare := []string{"create logins", "get consents"}
	ledger.Step(t, "signing in with Off", installation.Asks(bare...), signIn)
	arrived()
	g.Configure(t, func(s *oauthv1alpha1.OAuthServer) { s.Spec.Login.SecondFactor = oauthv1alpha1.SecondFactorOffer })
	ledger = installation.NewLedger(t, g, proxy)
	v = g.Visitor()
	ledger.Step(t, "signing in without a factor", installation.Asks(append(bare, "get enrollments")...), signIn)
	arrived()

	ledger.Step(t, "the page of the account", installation.Asks("get logins", "get enrollments"), func() { view = v.Get(t, g.Issuer+"/account/security") })
	ledger.Step(t, "the key of an app", installation.Asks("get logins", "get enrollments"), func() { view = press(t, v, view, "new-app") })
	key := scan(t, view)
	view = v.Submit(t, view, form(t, view, "code", ""), url.Values{"action": {"add"}, "code": {key.code()}})
	codes := recoveryCodes(t, view)

	v = g.Visitor()
	ledger.Step(t, "giving the password", installation.Asks("get enrollments", "get enrollments"), signIn)
	ledger.Step(t, "a wrong code", installation.Asks("get enrollments", "update enrollments"), func() { view = give(t, v, view, key.wrong(1)) })
	ledger.Step(t, "a wrong recovery code", installation.Asks("get enrollments"), func() { view = give(t, v, view, "0000-0000-0000-0000") })
	ledger.Step(t, "a right code", installation.Asks(append(bare, "get enrollments", "update enrollments")...), func() { view = give(t, v, view, key.code()) })
	arrived()
	ledger.Step(t, "giving the password once more", installation.Asks("get logins", "get consents", "get logins", "get logins", "get enrollments", "get enrollments"), signIn)
	ledger.Step(t, "a recovery code", installation.Asks("get logins", "get enrollments", "update enrollments", "update logins", "get consents"),
		func() { view = give(t, v, view, codes[0]) })
	arrived()
}

// TestBudgetsOfPasswords: every name costs the same reads as soon as one user may set a password.
func TestBudgetsOfPasswords(t *testing.T) {
	g, proxy := installation.Isolated(t)
	p := newPerson(t, g, "own-budget")
	denied := newPerson(t, g, "own-budget-denied")
	wrong := func(name string) func() {
		v := stayingAt(g, replica(g, 0))
		view := v.Get(t, replica(g, 0)+"/account")
		return func() { v.SignIn(t, view, name, "wrong") }
	}
	names := []string{p.name, denied.name, "own-budget-nobody"}
	ledger := installation.NewLedger(t, g, proxy)
	for _, name := range names {
		ledger.Step(t, "a wrong password of "+name+" where nobody may", installation.Asks(), wrong(name))
	}
	p.allow(t, oauthv1alpha1.PasswordChangeAllow, "")
	v := p.signedInWith(t, "")
	page := v.Get(t, replica(g, 0)+"/account/password")
	asked := form(t, page, "current", "")
	ledger = installation.NewLedger(t, g, proxy)
	for _, name := range names {
		ledger.Step(t, "a wrong password of "+name, installation.Asks("get enrollments"), wrong(name))
	}
	ledger.Step(t, "the wrong password at the page", installation.Asks("get logins", "get enrollments"), func() {
		v.Submit(t, page, asked, passwords("wrong", "battery staple"))
	})
	// The user's other browsers, in which allow and signedInWith signed in, are signed out before it.
	if view := change(t, v, replica(g, 0), passwords("own-budget-password", "battery staple")); view.Status != http.StatusOK {
		t.Fatalf("%d %s", view.Status, view.Body)
	}
	page = v.Get(t, replica(g, 0)+"/account/password")
	ledger.Step(t, "a change without other browsers", installation.Asks("get logins", "get enrollments", "list logins", "update enrollments", "list logins", "update logins"), func() {
		v.Submit(t, page, form(t, page, "current", ""), passwords("battery staple", "correct horse"))
	})
	fresh := stayingAt(g, replica(g, 0))
	page = fresh.Get(t, replica(g, 0)+"/account")
	account := []string{"get logins", "list consents", "list grants", "list logins"}
	ledger.Step(t, "the right password, and the account", installation.Asks(append(account, "get enrollments", "create logins", "get enrollments")...), func() {
		fresh.Submit(t, page, form(t, page, "password", ""), url.Values{"username": {p.name}, "password": {"correct horse"}})
	})
}
