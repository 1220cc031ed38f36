package jwksets

import (
	"cmp"
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
	// pause is the time between two fetches for one owner, however many ask for keys that
	// are not there or cannot be fetched.
	pause = 30 * time.Second
	// grace is how long keys count that cannot be fetched again.
	grace = time.Hour
	// maxSets bounds how many sets are kept.
	maxSets = 4096
)

// Source is where keys are.
type Source struct {
	// URI is that of a set. Issuer is that of an issuer whose document says where its set
	// is, where there is no URI.
	URI, Issuer string
}

// Store keeps the sets of clients, by their UIDs, or those of trusted issuers, by their names.
type Store struct {
	now     func() time.Time
	fetch   func(ctx context.Context, from Source) ([]publickeys.Key, time.Duration, error)
	failed  func(owner string, err error)
	flights singleflight.Group

	mu   sync.Mutex
	sets map[string]*set
	// waiting is how many requests wait for the keys of each owner.
	waiting    map[string]int
	allWaiting int
}

// set is what is known of the keys of an owner.
type set struct {
	// from is where the keys are from: an owner that names another place has no set.
	from Source
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
func New(now func() time.Time, allowed func() []netip.Prefix, roots *x509.CertPool, failed func(owner string, err error)) *Store {
	return &Store{now: now, failed: failed, fetch: newFetcher(allowed, roots).fetch, sets: map[string]*set{}, waiting: map[string]int{}}
}

// Keys returns the keys of an owner at its source. Where none of them is a candidate, it
// asks there once more, at most every 30 seconds. It returns an error where it has no keys
// that still count.
func (s *Store) Keys(ctx context.Context, owner string, from Source, candidate func(publickeys.Key) bool) ([]publickeys.Key, error) {
	// An owner cannot use what another one fetched, nor spend its time between fetches,
	// and has room for one set, whatever it names one after the other.
	known := s.get(owner, from)
	if !s.due(known, candidate) {
		return known.usable(s.now())
	}
	leave, ok := s.wait(owner)
	if !ok {
		if slices.ContainsFunc(known.keys, candidate) {
			return known.usable(s.now())
		}
		return nil, errBusy
	}
	defer leave()
	flight := s.flights.DoChan(owner+" "+from.URI+" "+from.Issuer, func() (any, error) {
		// Another request may have fetched it since.
		if known := s.get(owner, from); !s.due(known, candidate) {
			return known, nil
		}
		return s.refresh(context.WithoutCancel(ctx), owner, from), nil
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

// usable returns the keys that still count. Without an error, old ones are those of a set
// that others are about to fetch.
func (k set) usable(now time.Time) ([]publickeys.Key, error) {
	if now.Sub(k.fetched) > grace {
		return nil, cmp.Or(k.err, errBusy)
	}
	return k.keys, nil
}

// refresh fetches a set. What was known stays where that fails.
func (s *Store) refresh(ctx context.Context, owner string, from Source) set {
	next := s.get(owner, from)
	next.from, next.tried = from, s.now()
	keys, age, err := s.fetch(ctx, from)
	if next.err = err; err == nil {
		next.keys, next.fetched, next.until = keys, next.tried, next.tried.Add(age)
	} else {
		s.failed(owner, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.sets) >= maxSets {
		s.evict()
	}
	s.sets[owner] = &next
	return next
}

func (s *Store) get(owner string, from Source) set {
	s.mu.Lock()
	defer s.mu.Unlock()
	if known, ok := s.sets[owner]; ok && known.from == from {
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
