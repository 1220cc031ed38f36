package upstream

import (
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/test/inprocess"
	"github.com/grantor-dev/grantor/test/installation"
)

var people = flag.Int("people", 40, "number of users who sign in at once, each in two browsers")

// TestACrowd: many users of a provider sign in at once at three replicas, each of them in two
// browsers. Each has one Person, and gets in, if need be after a 503 with Retry-After.
func TestACrowd(t *testing.T) {
	s := newScene(t, "crowd")
	var refused atomic.Int64
	var all sync.WaitGroup
	for n := range 2 * *people {
		user := strconv.Itoa(n / 2)
		s.provider.SetUser(user, claims("user-"+user))
		all.Go(func() {
			began := time.Now()
			for !s.enters(t, n, user, &refused) {
				if time.Since(began) > 5*time.Minute || t.Failed() {
					t.Errorf("user %s does not get in", user)
					return
				}
				<-time.After(time.Second)
			}
		})
	}
	all.Wait()
	t.Logf("%d users in %d browsers; %d answers of 503", *people, 2**people, refused.Load())
	subjects := map[string]bool{}
	for _, person := range s.persons(t) {
		subjects[person.Spec.Subject] = true
	}
	if found := len(s.persons(t)); found != *people || len(subjects) != *people {
		t.Errorf("%d Persons of %d subjects, not %d", found, len(subjects), *people)
	}
}

// enters signs a user in, at another replica with each request, and reports whether that needs
// no second try.
func (s *scene) enters(t *testing.T, n int, user string, refused *atomic.Int64) bool {
	replica := func(step int) string { return s.Servers[(n+step)%len(s.Servers)].Options().URL }
	later := func(view installation.View) bool {
		if view.Status != http.StatusServiceUnavailable {
			return false
		}
		if view.Header.Get("Retry-After") == "" {
			t.Errorf("a 503 without Retry-After: %s", view.Body)
		}
		refused.Add(1)
		return true
	}
	v, app := s.Visitor(), s.app
	app.Issuer = replica(0)
	to, verifier := app.AuthorizationURL(nil)
	view := v.Get(t, to)
	if later(view) {
		return false
	}
	form, ok := button(view, s.name)
	if !ok {
		t.Errorf("no button: %d %s", view.Status, view.Body)
		return false
	}
	view = v.Submit(t, view, form, url.Values{"provider": {s.name}})
	if later(view) {
		return false
	}
	if view.Elsewhere == nil {
		t.Errorf("the button: %d %s", view.Status, view.Body)
		return false
	}
	answer := s.provider.Allow(view.Elsewhere.Query(), user)
	view = v.Get(t, replica(1)+"/login/callback/"+s.name+"?"+answer.Encode())
	if later(view) {
		return false
	}
	if view = s.agree(t, v, view); later(view) {
		return false
	}
	code := view.Param("code")
	if code == "" {
		t.Errorf("%d %v %s", view.Status, view.Elsewhere, view.Body)
		return false
	}
	app.Issuer = replica(2)
	got := app.Redeem(t, code, verifier, nil)
	if got.Status == http.StatusServiceUnavailable && got.Header.Get("Retry-After") != "" {
		refused.Add(1)
		return false
	}
	if got.Status != http.StatusOK {
		t.Errorf("the code: %d %s", got.Status, got.Body)
	}
	return true
}

// TestOneQuestionHoweverManyAsk: when a provider has to be asked about a user, one replica of
// three asks once, whatever asks for the user: two writes.
func TestOneQuestionHoweverManyAsk(t *testing.T) {
	const applications = 8
	s := newScene(t, "asking")
	s.provider.SetUser("7", claims("ada", "team-web"))
	var refresh []string
	for range applications {
		refresh = append(refresh, text(s.tokens(t, s.Visitor(), "7", offline), "refresh_token"))
	}
	var clocks []*inprocess.Clock
	var replicas []*inprocess.Replica
	for range 3 {
		clock, replica, _ := s.at(t)
		clocks, replicas = append(clocks, clock), append(replicas, replica)
	}
	for n, clock := range clocks {
		clock.Turn(t, later, replicas[n])
	}
	s.turned.Turn(t, later, replicas[0])
	asked, before := s.provider.Requests("/token"), s.persons(t)[0]
	hold := make(chan struct{})
	s.provider.Hold(hold)
	var all sync.WaitGroup
	for n, token := range refresh {
		all.Go(func() {
			app := s.app
			app.Issuer = replicas[n%len(replicas)].URL
			if answer := app.Refresh(t, token, nil); answer.Status != http.StatusOK {
				t.Errorf("%d %s", answer.Status, answer.Body)
			}
		})
	}
	installation.Eventually(t, installation.Effective, func() bool { return s.provider.Requests("/token") == asked+1 }, func() string { return "a question" })
	close(hold)
	all.Wait()
	if now := s.provider.Requests("/token"); now != asked+1 {
		t.Errorf("the provider was asked %d times", now-asked)
	}
	after := s.persons(t)[0]
	if writes := after.Generation - before.Generation; after.UID != before.UID || writes > 2 || writes < 1 {
		t.Errorf("%d writes of the Person", writes)
	}
	if !after.Spec.CheckedAt.After(before.Spec.CheckedAt.Time) {
		t.Errorf("checked at %s, before at %s", after.Spec.CheckedAt, before.Spec.CheckedAt)
	}
}

// TestWritesOfASignIn: the Person and the Login, and of a user who comes back soon no more.
func TestWritesOfASignIn(t *testing.T) {
	g, proxy := installation.Isolated(t)
	allow(t, g)
	s := connected(t, g, "counted")
	s.provider.SetUser("7", claims("ada"))
	ledger := installation.NewLedger(t, g, proxy)
	v := installation.NewVisitor(http.DefaultTransport, g.Issuer)
	to, _ := s.app.AuthorizationURL(nil)
	var view installation.View
	var request url.Values
	ledger.Step(t, "the sign-in page", installation.Asks(), func() { view = v.Get(t, to) })
	ledger.Step(t, "the way to the provider", installation.Asks(), func() { request = s.leave(t, v, view) })
	answer := s.provider.Allow(request, "7")
	wrong := url.Values{"code": {"x"}, "state": {fmt.Sprintf("%032x", 7)}, "iss": {s.provider.URL}}
	ledger.Step(t, "an answer of nobody", installation.Asks(), func() { v.Get(t, s.callback(wrong)) })
	ledger.Step(t, "the way back, and the page that it leads to", installation.Asks("get persons", "create persons", "create logins", "get consents", "get logins", "get consents"), func() {
		view = v.Get(t, s.callback(answer))
	})
	if _, ok := view.DecisionForm(); !ok {
		t.Fatalf("%d %s", view.Status, view.Body)
	}
	again := installation.NewVisitor(http.DefaultTransport, g.Issuer)
	request = s.leave(t, again, again.Get(t, to))
	answer = s.provider.Allow(request, "7")
	ledger.Step(t, "the same user in another browser", installation.Asks("get persons", "update persons", "create logins", "get consents", "get logins", "get consents"), func() {
		again.Get(t, s.callback(answer))
	})
}
