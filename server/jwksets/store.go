package jwksets

import (
	"context"
	"crypto/x509"
	"net/netip"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/grantor-dev/grantor/internal/publickeys"
)

const (
	// pause is the time between two fetches for one client, however many ask for keys that
	// are not there or cannot be fetched.
	pause = 30 * time.Second
	// grace is how long keys count that cannot be fetched again.
	grace = time.Hour
	// maxSets bounds how many sets are kept.
	maxSets = 4096
)

// Store keeps the sets of clients.
type Store struct {
	now     func() time.Time
	fetch   func(ctx context.Context, uri string) ([]publickeys.Key, time.Duration, error)
	failed  func(clientUID string, err error)
	flights singleflight.Group

	mu   sync.Mutex
	sets map[string]*set
	// waiting is how many requests wait for the keys of each client.
	waiting    map[string]int
	allWaiting int
}

// set is what is known of the keys of a client.
type set struct {
	// uri is where the keys are from: a client that names another place has no set.
	uri  string
	keys []publickeys.Key
	// fetched is when the keys were, and until is how long they need not be again.
	fetched, until time.Time
	// tried is when that was tried last, and err what came of it.
	tried time.Time
	err   error
}

// New returns a Store that connects to public addresses and to those in the networks that
// allowed returns. It trusts the system's authorities where roots is nil, and calls failed for
// each fetch that failed.
func New(now func() time.Time, allowed func() []netip.Prefix, roots *x509.CertPool, failed func(clientUID string, err error)) *Store {
	return &Store{now: now, failed: failed, fetch: newFetcher(allowed, roots).fetch, sets: map[string]*set{}, waiting: map[string]int{}}
}

// Keys returns the keys of the client with the given UID at its URL. Where none of them
// is a candidate, it asks there once more, at most every 30 seconds. It returns an error
// where it has no keys that still count.
func (s *Store) Keys(ctx context.Context, clientUID, uri string, candidate func(publickeys.Key) bool) ([]publickeys.Key, error) {
	// A client cannot use what another one fetched, nor spend its time between fetches,
	// and has room for one set, whatever it names one after the other.
	known := s.get(clientUID, uri)
	if !s.due(known, candidate) {
		return known.usable(s.now())
	}
	leave, ok := s.wait(clientUID)
	if !ok {
		if slices.ContainsFunc(known.keys, candidate) {
			return known.usable(s.now())
		}
		return nil, errBusy
	}
	defer leave()
	flight := s.flights.DoChan(clientUID+" "+uri, func() (any, error) {
		// Another request may have fetched it since.
		if known := s.get(clientUID, uri); !s.due(known, candidate) {
			return known, nil
		}
		return s.refresh(context.WithoutCancel(ctx), clientUID, uri), nil
	})
	select {
	case result := <-flight:
		fetched, _ := result.Val.(set)
		return fetched.usable(s.now())
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// due reports whether a set should be fetched.
func (s *Store) due(known set, candidate func(publickeys.Key) bool) bool {
	now := s.now()
	if now.Sub(known.tried) < pause {
		return false
	}
	if !now.Before(known.until) {
		return true
	}
	return !slices.ContainsFunc(known.keys, candidate)
}

// usable returns the keys that still count.
func (k set) usable(now time.Time) ([]publickeys.Key, error) {
	if k.err != nil && now.Sub(k.fetched) > grace {
		return nil, k.err
	}
	return k.keys, nil
}

// refresh fetches a set. What was known stays where that fails.
func (s *Store) refresh(ctx context.Context, clientUID, uri string) set {
	next := s.get(clientUID, uri)
	next.uri, next.tried = uri, s.now()
	keys, age, err := s.fetch(ctx, uri)
	if next.err = err; err == nil {
		next.keys, next.fetched, next.until = keys, next.tried, next.tried.Add(age)
	} else {
		s.failed(clientUID, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.sets) >= maxSets {
		s.evict()
	}
	s.sets[clientUID] = &next
	return next
}

func (s *Store) get(clientUID, uri string) set {
	s.mu.Lock()
	defer s.mu.Unlock()
	if known, ok := s.sets[clientUID]; ok && known.uri == uri {
		return *known
	}
	return set{}
}

// evict forgets sets that were not asked for in an hour, or else all: they are fetched
// again.
func (s *Store) evict() {
	for id, known := range s.sets {
		if s.now().Sub(known.tried) > grace {
			delete(s.sets, id)
		}
	}
	if len(s.sets) >= maxSets {
		clear(s.sets)
	}
}
