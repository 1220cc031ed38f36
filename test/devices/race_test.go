package devices

import (
	"flag"
	"net/http"
	"net/url"
	"sync"
	"testing"

	"github.com/grantor-dev/grantor/test/installation"
)

// ways is how many requests meet.
const ways = 16

var rounds = flag.Int("rounds", 5, "how often requests meet")

// Sixteen requests at three replicas redeem one device code, and sixteen clicks allow it:
// there is one Grant with one refresh token.
func TestRaces(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	replicas := shared.Grantor(t).Servers
	var v *installation.Visitor
	for round := range *rounds {
		// A user can use some codes at once.
		if round%5 == 0 {
			v, _ = newUser(t)
		}
		d := begin(t, app, nil)
		view := v.Get(t, d.link)
		clicks, form := make([]installation.View, 2), mustDecide(t, view)
		var wg sync.WaitGroup
		for i := range clicks {
			wg.Go(func() { clicks[i] = v.Submit(t, view, form, url.Values{"decision": {"allow"}}) })
		}
		wg.Wait()
		for _, click := range clicks {
			if click.Status != http.StatusOK {
				t.Errorf("round %d: a click is answered with %d %s", round, click.Status, click.Body)
			}
		}
		answers := make([]installation.Answer, ways)
		for i := range answers {
			wg.Go(func() { answers[i] = d.poll(t, replicas[i%len(replicas)].Options().URL) })
		}
		wg.Wait()
		refresh := map[any]bool{}
		for _, answer := range answers {
			switch {
			case answer.Status == http.StatusOK:
				refresh[answer.JSON["refresh_token"]] = true
			case answer.Code() != "authorization_pending" && answer.Code() != "slow_down":
				t.Errorf("round %d: %d %s", round, answer.Status, answer.Body)
			}
		}
		if len(refresh) != 1 {
			t.Fatalf("round %d: %d refresh tokens", round, len(refresh))
		}
	}
}

func mustDecide(t testing.TB, view installation.View) installation.Form {
	t.Helper()
	form, ok := view.DecisionForm()
	if !ok {
		t.Fatalf("no decision to take: %d %s", view.Status, view.Body)
	}
	return form
}
