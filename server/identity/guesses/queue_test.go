package guesses

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/grantor-dev/grantor/server/identity"
)

// wait does as an attempt to sign in as a user does.
func (q *Queue) wait(known bool, username string, f func()) error {
	lane := q.Lane(known)
	leave, err := lane.Place(username)
	if err != nil {
		return err
	}
	defer leave()
	return q.Do(context.Background(), lane, f)
}

// TestTheQueue: as many as there are slots work, some wait for a while, the others
// are sent away at once.
func TestTheQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := NewQueue(2)
		release := make(chan struct{})
		results := make(chan error, 100)
		users := 0
		start := func(n int) {
			for range n {
				users++
				user := fmt.Sprint(users)
				go func() { results <- q.wait(false, user, func() { <-release }) }()
			}
			synctest.Wait()
		}
		start(2 + 2*waiting)
		if len(results) != 0 {
			t.Fatalf("%d are done already", len(results))
		}
		start(5)
		if len(results) != 5 {
			t.Fatalf("%d of 5 were sent away", len(results))
		}
		time.Sleep(maxWait)
		synctest.Wait()
		if len(results) != 5+2*waiting {
			t.Errorf("%d gave up", len(results)-5)
		}
		for range len(results) {
			if err := <-results; !errors.Is(err, identity.ErrBusy) {
				t.Error(err)
			}
		}
		close(release)
		synctest.Wait()
		for range 2 {
			if err := <-results; err != nil {
				t.Error(err)
			}
		}
		if err := q.wait(false, "ada", func() {}); err != nil {
			t.Errorf("afterwards: %v", err)
		}
	})
}

// TestKnownBrowsersHaveALaneOfTheirOwn: attempts from other browsers that fill theirs are
// no reason to refuse a known browser, and every other hash is for one that waits.
func TestKnownBrowsersHaveALaneOfTheirOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := NewQueue(1)
		order := make(chan string, 100)
		users := 0
		do := func(who string, known bool) {
			users++
			user := fmt.Sprint(users)
			go func() {
				// A hash takes so long that four or five others are all that get one in time.
				err := q.wait(known, user, func() { time.Sleep(maxWait / 5); order <- who })
				if err != nil {
					order <- who + " is refused"
				}
			}()
			synctest.Wait()
		}
		for range 1 + waiting {
			do("stranger", false)
		}
		do("stranger at a full lane", false)
		do("known", true)
		do("known", true)
		want := []string{"stranger at a full lane is refused", "stranger", "known", "stranger", "known"}
		for _, who := range want {
			if got := <-order; got != who {
				t.Errorf("%s, not %s", got, who)
			}
		}
		for range waiting - 1 {
			<-order
		}
	})
}

// TestAnAccountHasAFewPlaces: one user's right passwords, which are counted for nothing, fill
// no lane.
func TestAnAccountHasAFewPlaces(t *testing.T) {
	for name, known := range map[string]bool{"known browsers": true, "other browsers": false} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				q := NewQueue(1)
				const attempts = 40
				results := make(chan error, attempts)
				for range attempts {
					go func() { results <- q.wait(known, "eve", func() { time.Sleep(maxWait / 10) }) }()
				}
				synctest.Wait()
				if err := q.wait(known, "ada", func() {}); err != nil {
					t.Errorf("another user: %v", err)
				}
				synctest.Wait()
				refused := 0
				for range attempts {
					switch err := <-results; {
					case err == nil:
					case errors.Is(err, identity.ErrBusy):
						refused++
					default:
						t.Error(err)
					}
				}
				if refused != attempts-ofAccount {
					t.Errorf("%d of %d were refused", refused, attempts)
				}
				if err := q.wait(known, "eve", func() {}); err != nil || len(q.Lane(known).accounts) > 0 {
					t.Errorf("afterwards: %v", err)
				}
			})
		})
	}
}
