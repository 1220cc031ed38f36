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

// crowd is how patient its users are.
type crowd struct {
	*scene
	until   time.Time
	refused atomic.Int64
}

// TestACrowd: many users of a provider sign in at once at three replicas, each of them in two
// browsers. Each has one Person, and gets in, if need be after a 503 with Retry-After.
func TestACrowd(t *testing.T) {
	s := &crowd{scene: newScene(t, "crowd"), until: time.Now().Add(5 * time.Minute)}
	var all sync.WaitGroup
	for n := range 2 * *people {
		user := strconv.Itoa(n / 2)
		s.provider.SetUser(user, claims("user-"+user))
		all.Go(func() {
			for !s.enters(t, n, user) {
				if !s.waits(t, time.Second) {
					t.Errorf("user %s does not get in", user)
					return
				}
			}
		})
	}
	all.Wait()
	t.Logf("%d users in %d browsers; %d answers of 503", *people, 2**people, s.refused.Load())
	subjects := map[string]bool{}
	for _, person := range s.persons(t) {
		subjects[person.Spec.Subject] = true
	}
	if found := len(s.persons(t)); found != *people || len(subjects) != *people {
		t.Errorf("%d Persons of %d subjects, not %d", found, len(subjects), *people)
	}
}

// waits reports whether there is time for another try, and waits for it.
func (s *crowd) waits(t testing.TB, wait time.Duration) bool {
	if time.Now().Add(wait).After(s.until) || t.Failed() {
		return false
	}
	<-time.After(wait)
	return true
}

// patiently asks, and asks the same again as long as the answer is a 503, after the time that it
// says, as its page tells users to. Whoever began anew each time would need luck at each step.
func (s *crowd) patiently(t testing.TB, ask func() (status int, header http.Header)) (status int) {
	for {
		status, header := ask()
		if status != http.StatusServiceUnavailable {
			return status
		}
		s.refused.Add(1)
		seconds, err := strconv.Atoi(header.Get("Retry-After"))
		if err != nil || seconds < 1 {
			t.Errorf("a 503 without Retry-After: %v", header)
		}
		if !s.waits(t, time.Duration(seconds)*time.Second) {
			return status
		}
	}
}

// enters signs a user in, at another replica with each request, and reports whether the user need
// not begin anew.
func (s *crowd) enters(t *testing.T, n int, user string) bool {
	replica := func(step int) string { return s.Servers[(n+step)%len(s.Servers)].Options().URL }
	v, app := s.Visitor(), s.app
	app.Issuer = replica(0)
	to, verifier := app.AuthorizationURL(nil)
	var view installation.View
	sees := func(ask func() installation.View) int {
		return s.patiently(t, func() (int, http.Header) {
			if view = ask(); view.Redirected {
				// Loading it again sends no form and no code a second time.
				at := view.URL.String()
				ask = func() installation.View { return v.Get(t, at) }
			}
			return view.Status, view.Header
		})
	}
	if sees(func() installation.View { return v.Get(t, to) }) == http.StatusServiceUnavailable {
		return false
	}
	page := view
	form, ok := button(page, s.name)
	if !ok {
		t.Errorf("no button: %d %s", view.Status, view.Body)
		return false
	}
	if sees(func() installation.View { return v.Submit(t, page, form, url.Values{"provider": {s.name}}) }) == http.StatusServiceUnavailable {
		return false
	}
	if view.Elsewhere == nil {
		t.Errorf("the button: %d %s", view.Status, view.Body)
		return false
	}
	back, asked := replica(1)+"/login/callback/"+s.name+"?"+s.provider.Allow(view.Elsewhere.Query(), user).Encode(), 0
	status := sees(func() installation.View {
		asked++
		return v.Get(t, back)
	})
	if status == http.StatusServiceUnavailable || status == http.StatusBadRequest && asked > 1 {
		// The code was redeemed before there was no room: it counts once.
		return false
	}
	page = view
	if sees(func() installation.View { return s.agree(t, v, page) }) == http.StatusServiceUnavailable {
		return false
	}
	code := view.Param("code")
	if code == "" {
		t.Errorf("%d %v %s", view.Status, view.Elsewhere, view.Body)
		return false
	}
	app.Issuer = replica(2)
	var got installation.Answer
	status = s.patiently(t, func() (int, http.Header) {
		got = app.Redeem(t, code, verifier, nil)
		return got.Status, got.Header
	})
	if status != http.StatusOK && status != http.StatusServiceUnavailable {
		t.Errorf("the code: %d %s", got.Status, got.Body)
	}
	return status == http.StatusOK
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
