package factors

import (
	"net/http"
	"slices"
	"sync"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// TestTwoChangesOfOnePassword at the same time, at two replicas: one counts, and both answers are
// true.
func TestTwoChangesOfOnePassword(t *testing.T) {
	g := grantor(t, oauthv1alpha1.SecondFactorOffer)
	p := newPerson(t, g, "own-race")
	p.allow(t, oauthv1alpha1.PasswordChangeAllow, "")
	present := "own-race-password"
	for round := range 4 {
		nexts := []string{"battery staple " + string(rune('a'+round)), "correct horse " + string(rune('a'+round))}
		views := make([]installation.View, len(nexts))
		submits := make([]func(), len(nexts))
		for n, next := range nexts {
			at := replica(g, n)
			v := stayingAt(g, at)
			if view := p.try(t, v, at, present); view.Status != http.StatusOK {
				t.Fatalf("%d %s", view.Status, view.Body)
			}
			view := v.Get(t, at+"/account/password")
			asked := form(t, view, "current", "")
			submits[n] = func() { views[n] = v.Submit(t, view, asked, passwords(present, next)) }
		}
		var wg sync.WaitGroup
		for _, submit := range submits {
			wg.Go(submit)
		}
		wg.Wait()
		won := -1
		for n, view := range views {
			changed := view.Status == http.StatusOK && view.Says("Your password is changed")
			if changed && won >= 0 {
				t.Fatal("both won")
			}
			if changed {
				won = n
			}
		}
		if won < 0 {
			t.Fatalf("nobody won: %d %s, %d %s", views[0].Status, views[0].Body, views[1].Status, views[1].Body)
		}
		p.counts(t, nexts[won], true)
		p.counts(t, nexts[1-won], false)
		present = nexts[won]
	}
}

// TestKilledWhileChangingAPassword: the password is the former one or the new one, never none, and
// nobody who was signed in with the former one is where the new one counts.
func TestKilledWhileChangingAPassword(t *testing.T) {
	g := grantor(t, oauthv1alpha1.SecondFactorOffer)
	v := startVictim(t, g)
	for _, resource := range []string{"logins", "enrollments"} {
		for _, when := range []string{"before", "after"} {
			t.Run(when+" that of "+resource, func(t *testing.T) {
				p := newPerson(t, g, "own-killed-"+when+"-"+resource)
				p.knownAt(t, v.url)
				p.allow(t, oauthv1alpha1.PasswordChangeAllow, "", v.url)
				other, browser := p.signedInWith(t, ""), stayingAt(g, v.url)
				p.try(t, browser, v.url, "")
				view := browser.Get(t, v.url+"/account/password")
				asked, former := form(t, view, "current", ""), p.name+"-password"
				v.die(t, when, resource, func(t testing.TB) { browser.Submit(t, view, asked, passwords(former, "battery staple")) })
				stored := resource == "enrollments" && when == "after"
				if e := p.enrollment(t); stored != (e != nil && slices.Contains(e.Spec.Factors, "password")) {
					t.Errorf("stored: %v", e)
				}
				p.counts(t, "battery staple", stored)
				p.counts(t, "", !stored)
				if stored && signedInAt(t, other, replica(g, 0)) {
					t.Error("another browser is still signed in")
				}
			})
		}
	}
}

// TestSigningInDuringAChange: whoever gave the former password before the change, and whose Login is
// stored after it, is not let in.
func TestSigningInDuringAChange(t *testing.T) {
	g := grantor(t, oauthv1alpha1.SecondFactorOffer)
	v := startVictim(t, g)
	p := newPerson(t, g, "own-late")
	p.knownAt(t, v.url)
	p.allow(t, oauthv1alpha1.PasswordChangeAllow, "", v.url)
	thief := stayingAt(g, v.url)
	page := thief.Get(t, v.url+"/account")
	arrived, changed := make(chan struct{}), make(chan struct{})
	writes := func(key devenv.RequestKey) bool { return key.Resource == "logins" && key.IsWrite() }
	v.proxy.SetHook(devenv.Nth(1, writes, func(w http.ResponseWriter, r *http.Request, forward http.Handler) {
		close(arrived)
		<-changed
		forward.ServeHTTP(w, r)
	}))
	defer v.proxy.SetHook(nil)
	var view installation.View
	var wg sync.WaitGroup
	wg.Go(func() { view = thief.SignIn(t, page, p.name, p.name+"-password") })
	<-arrived
	answer := change(t, p.signedInWith(t, ""), replica(g, 0), passwords("own-late-password", "battery staple"))
	close(changed)
	wg.Wait()
	if answer.Status != http.StatusOK {
		t.Fatalf("%d %s", answer.Status, answer.Body)
	}
	if view.Status != http.StatusForbidden || signedInAt(t, thief, v.url) {
		t.Errorf("with the former password: %d %s", view.Status, view.Body)
	}
	p.counts(t, "battery staple", true)
}

// TestACookieThatIsNotRenewed: the password is set, and the page does not promise more than is true.
func TestACookieThatIsNotRenewed(t *testing.T) {
	g := grantor(t, oauthv1alpha1.SecondFactorOffer)
	v := startVictim(t, g)
	p := newPerson(t, g, "own-renewed")
	p.knownAt(t, v.url)
	p.allow(t, oauthv1alpha1.PasswordChangeAllow, "", v.url)
	defer v.proxy.SetHook(nil)
	writes := func(key devenv.RequestKey) bool { return key.Resource == "logins" && key.IsWrite() }
	conflict := devenv.Refuse(http.StatusConflict, metav1.StatusReasonConflict, "changed meanwhile")
	present := "own-renewed-password"
	for next, test := range map[string]struct {
		hook devenv.Hook
		says string
		in   bool
	}{
		"after a conflict": {devenv.Nth(1, writes, conflict), "You are signed out of all browsers, also of this one.", false},
		"after a failure":  {devenv.When(writes, devenv.Refuse(http.StatusInternalServerError, metav1.StatusReasonInternalError, "away")), "Somebody may still be signed in with the former password.", true},
	} {
		browser := stayingAt(g, v.url)
		p.try(t, browser, v.url, present)
		// It signs all others out, so that the only Login that is written next is its own.
		if view := change(t, browser, v.url, passwords(present, "battery staple "+next)); view.Status != http.StatusOK {
			t.Fatalf("%d %s", view.Status, view.Body)
		}
		view := browser.Get(t, v.url+"/account/password")
		asked := form(t, view, "current", "")
		v.proxy.SetHook(test.hook)
		answer := browser.Submit(t, view, asked, passwords("battery staple "+next, next))
		v.proxy.SetHook(nil)
		if answer.Status != http.StatusOK || !answer.Says(test.says) || answer.Says("all other browsers") || signedInAt(t, browser, v.url) != test.in {
			t.Errorf("%s: %d %s", next, answer.Status, answer.Body)
		}
		p.counts(t, next, true)
		present = next
	}
}

// TestPasswordsWithoutTheAPIServer: nothing is changed and nobody is let in, and both is said.
func TestPasswordsWithoutTheAPIServer(t *testing.T) {
	g := grantor(t, oauthv1alpha1.SecondFactorOffer)
	v := startVictim(t, g)
	p := newPerson(t, g, "own-away")
	p.knownAt(t, v.url)
	p.allow(t, oauthv1alpha1.PasswordChangeAllow, "", v.url)
	browser := stayingAt(g, v.url)
	p.try(t, browser, v.url, "")
	away := func(resource string, write bool) {
		matches := func(key devenv.RequestKey) bool { return key.Resource == resource && key.IsWrite() == write }
		v.proxy.SetHook(devenv.When(matches, devenv.Refuse(http.StatusInternalServerError, metav1.StatusReasonInternalError, "away")))
	}
	defer v.proxy.SetHook(nil)
	for what, set := range map[string]func(){
		"no Enrollment can be written": func() { away("enrollments", true) },
		"no Login can be listed":       func() { away("logins", false) },
		"no Enrollment can be read":    func() { away("enrollments", false) },
	} {
		v.proxy.SetHook(nil)
		view := browser.Get(t, v.url+"/account/password")
		asked := form(t, view, "current", "")
		set()
		answer := browser.Submit(t, view, asked, passwords("own-away-password", "battery staple"))
		if answer.Status != http.StatusServiceUnavailable || answer.Header.Get("Retry-After") == "" || p.enrollment(t) != nil {
			t.Errorf("%s: %d %s", what, answer.Status, answer.Body)
		}
	}
	// No name tells whether there is such a user.
	away("enrollments", false)
	for _, name := range []string{p.name, "nobody-at-all"} {
		stranger := stayingAt(g, v.url)
		answer := stranger.SignIn(t, stranger.Get(t, v.url+"/account"), name, "wrong")
		if answer.Status != http.StatusServiceUnavailable || answer.Header.Get("Retry-After") == "" {
			t.Errorf("%s signs in: %d %s", name, answer.Status, answer.Body)
		}
	}
	v.proxy.SetHook(nil)
	p.counts(t, "", true)
}
