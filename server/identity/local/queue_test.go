package local

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/grantor-dev/grantor/server/identity"
)

// TestTheQueue: as many as there are slots work, some wait for a while, the others
// are sent away at once.
func TestTheQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(2)
		release := make(chan struct{})
		results := make(chan error, 100)
		start := func(n int) {
			for range n {
				go func() { results <- q.do(context.Background(), false, func() { <-release }) }()
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
		if err := q.do(context.Background(), false, func() {}); err != nil {
			t.Errorf("afterwards: %v", err)
		}
	})
}

// TestKnownBrowsersHaveALaneOfTheirOwn: strangers who fill theirs are no reason to refuse a
// known browser, and every other hash is for one that waits.
func TestKnownBrowsersHaveALaneOfTheirOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(1)
		order := make(chan string, 100)
		do := func(who string, known bool) {
			go func() {
				// A hash takes so long that four strangers or five are all who get one in time.
				err := q.do(context.Background(), known, func() { time.Sleep(maxWait / 5); order <- who })
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
