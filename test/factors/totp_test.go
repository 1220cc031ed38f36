package factors

import (
	"net/http"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

func TestAuthenticatorApp(t *testing.T) {
	g := grantor(t, oauthv1alpha1.SecondFactorOffer)
	p := newPerson(t, g, "app-ada")
	codes := p.enroll(t)
	if !p.signedIn(t, p.browser) {
		t.Error("who added a factor is signed out")
	}
	stored := p.enrollment(t)
	if stored == nil || len(stored.Spec.Factors) != 2 {
		t.Fatalf("stored: %+v", stored)
	}

	other := g.Visitor()
	view := p.at(t, other, g.Servers[1].Options().URL+"/account")
	view.Shows(t, "Confirm that it is you")
	if p.signedIn(t, other) {
		t.Fatal("the password alone signs in")
	}
	if view = give(t, other, view, p.app.wrong(1)); view.Status != http.StatusForbidden || p.signedIn(t, other) {
		t.Fatalf("a wrong code: %d", view.Status)
	}
	code := p.app.code()
	before := view
	if view = give(t, other, view, code); view.Status != http.StatusOK || !p.signedIn(t, other) {
		t.Fatalf("the right code: %d %s", view.Status, view.Body)
	}

	third := g.Visitor()
	view = p.at(t, third, g.Servers[2].Options().URL+"/account")
	if view = give(t, third, view, code); view.Status != http.StatusForbidden || p.signedIn(t, third) {
		t.Errorf("a code twice: %d", view.Status)
	}
	if view := third.Submit(t, before, form(t, before, "code", ""), map[string][]string{"code": {codes[1]}}); view.Status != http.StatusForbidden || p.signedIn(t, third) {
		t.Errorf("the page of another browser: %d", view.Status)
	}
	if view = give(t, third, view, codes[0]); view.Status != http.StatusOK || !p.signedIn(t, third) {
		t.Errorf("a recovery code: %d %s", view.Status, view.Body)
	}
	fourth := g.Visitor()
	view = p.at(t, fourth, g.Issuer+"/account")
	if view = give(t, fourth, view, codes[0]); view.Status != http.StatusForbidden || p.signedIn(t, fourth) {
		t.Errorf("a recovery code twice: %d", view.Status)
	}
}
