package directories

import (
	"net/http"
	"net/netip"
	"net/url"
	"testing"
	"time"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// TestABrowserIsKnownForItsUser: not for another Person of the same name.
func TestABrowserIsKnownForItsUser(t *testing.T) {
	s := newScene(t, "known")
	clock, replica, app := s.replica(t)
	owner := s.visitor(app)
	view, _ := s.form(t, app, owner, nil)
	if view = owner.SignIn(t, view, "ada", "ada-password"); view.Status != http.StatusOK {
		t.Fatalf("the owner is answered %d", view.Status)
	}
	page, address := s.page(t, app), 0
	guess := func(times int) {
		t.Helper()
		for range times {
			address++
			page.send(t, "ada", "wrong", netip.AddrFrom4([4]byte{198, 51, 100, byte(address)}))
		}
	}
	again := func() installation.View {
		t.Helper()
		view, _ := s.form(t, app, owner, url.Values{"prompt": {"login"}})
		form, _ := view.LoginForm()
		return owner.Submit(t, view, form, url.Values{"username": {"ada"}, "password": {"ada-password"}})
	}
	guess(70)
	if view := again(); view.Status != http.StatusOK {
		t.Errorf("in a known browser the owner is answered %d", view.Status)
	}
	list := &sessionv1alpha1.PersonList{}
	if err := s.Admin.List(t.Context(), list); err != nil {
		t.Fatal(err)
	}
	for i := range list.Items {
		if list.Items[i].Spec.Provider != s.name {
			continue
		}
		if err := s.Admin.Delete(t.Context(), &list.Items[i]); err != nil {
			t.Fatal(err)
		}
	}
	clock.Turn(t, 3*time.Second, replica)
	guess(20)
	if view := again(); view.Status != http.StatusForbidden {
		t.Errorf("after the Person was deleted, the browser is still known: %d", view.Status)
	}
}
