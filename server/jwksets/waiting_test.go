package jwksets

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/grantor-dev/grantor/internal/publickeys"
)

func none(publickeys.Key) bool { return false }

// slow is a store whose sites do not answer until stop is closed.
func slow() (s *Store, stop chan struct{}) {
	stop = make(chan struct{})
	s = New(time.Now, loopback, nil, func(string, error) {})
	s.fetch = func(context.Context, Source) ([]publickeys.Key, time.Duration, error) {
		<-stop
		return nil, 0, errStatus
	}
	return s, stop
}

// Some requests wait for a client whose site is slow, and some for all such clients. Others
// are told at once.
func TestOnlySomeWait(t *testing.T) {
	for name, test := range map[string]struct{ clients, each, waiting int }{
		"one client":   {1, 100, maxWaiting},
		"many clients": {20, 20, maxAllWaiting},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, stop := slow()
				var group sync.WaitGroup
				var mu sync.Mutex
				busy := 0
				for n := range test.clients * test.each {
					group.Go(func() {
						_, err := s.Keys(t.Context(), fmt.Sprint(n%test.clients), Source{URI: "https://site.example/jwks"}, none)
						mu.Lock()
						defer mu.Unlock()
						if errors.Is(err, errBusy) {
							busy++
						}
					})
				}
				synctest.Wait()
				mu.Lock()
				if waiting := test.clients*test.each - busy; waiting != test.waiting {
					t.Errorf("%d wait, not %d", waiting, test.waiting)
				}
				mu.Unlock()
				close(stop)
				group.Wait()
				if s.allWaiting != 0 || len(s.waiting) != 0 {
					t.Errorf("%d and %v still wait", s.allWaiting, s.waiting)
				}
			})
		})
	}
}

// A request whose client has hung up does not wait.
func TestHungUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, stop := slow()
		defer close(stop)
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		if _, err := s.Keys(ctx, "a", Source{URI: "https://site.example/jwks"}, none); !errors.Is(err, context.Canceled) {
			t.Errorf("after hanging up: %v", err)
		}
	})
}

// Keys that are known are of use while too many wait for newer ones.
func TestKnownKeysWhileManyWait(t *testing.T) {
	s, stop := slow()
	defer close(stop)
	uri := Source{URI: "https://site.example/jwks"}
	s.sets["a"] = &set{from: uri, keys: []publickeys.Key{{ID: "k"}}, fetched: time.Now()}
	s.waiting["a"] = maxWaiting
	keys, err := s.Keys(t.Context(), "a", uri, func(k publickeys.Key) bool { return k.ID == "k" })
	if err != nil || len(keys) != 1 {
		t.Errorf("%d keys, %v", len(keys), err)
	}
	if _, err := s.Keys(t.Context(), "a", uri, none); !errors.Is(err, errBusy) {
		t.Errorf("another key: %v", err)
	}
	s.sets["a"].fetched = time.Now().Add(-2 * grace)
	if _, err := s.Keys(t.Context(), "a", uri, func(k publickeys.Key) bool { return k.ID == "k" }); !errors.Is(err, errBusy) {
		t.Errorf("a key that was withdrawn since: %v", err)
	}
}
