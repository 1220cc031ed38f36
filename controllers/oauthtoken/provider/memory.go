package provider

import (
	"errors"
	"sync"
	"time"

	"github.com/grantor-dev/grantor/controllers/oauthtoken/schedule"
)

// most is how many issuers are remembered.
const most = 1024

// memory is what is known of issuers.
type memory struct {
	mu      sync.Mutex
	entries map[string]*entry
}

// entry is what is known of one.
type entry struct {
	// owner is the namespace that named it first.
	owner string
	// used is when it was asked for.
	used time.Time
	// provider is what was read at a time; zero is never.
	provider Provider
	at       time.Time
	// err is the last failure, failures are those in a row, and before notBefore nobody asks.
	err       error
	failures  int
	notBefore time.Time
	// asking is closed once a request is done.
	asking chan struct{}
	busy   bool
}

// turn is what to do about an issuer.
type turn int

const (
	// known asks nobody.
	known turn = iota
	// mine asks.
	mine
	// another waits for one who asks.
	another
)

// look returns what is known of an issuer, and whose turn it is to ask.
func (m *memory) look(namespace, issuer string, now time.Time) (*entry, turn) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e := m.entries[issuer]
	if e == nil {
		m.makeRoom()
		e = &entry{owner: namespace}
		m.entries[issuer] = e
	}
	e.used = now
	switch {
	case e.busy && e.usable(now):
		return e, known
	case e.busy:
		return e, another
	case now.Before(e.notBefore), !e.at.IsZero() && now.Sub(e.at) < fresh:
		return e, known
	}
	e.asking, e.busy = make(chan struct{}), true
	return e, mine
}

// done returns what is closed once a request is done.
func (m *memory) done(e *entry) <-chan struct{} {
	m.mu.Lock()
	defer m.mu.Unlock()
	return e.asking
}

// usable reports whether what was read counts although asking fails.
func (e *entry) usable(now time.Time) bool { return !e.at.IsZero() && now.Sub(e.at) < kept }

// learn notes what came of a request.
func (m *memory) learn(e *entry, p Provider, err error, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e.err, e.busy = err, false
	if err == nil {
		e.provider, e.at, e.failures, e.notBefore = p, now, 0, time.Time{}
	} else {
		e.failures++
		e.notBefore = now.Add(schedule.Retry(e.failures, 0))
	}
	close(e.asking)
}

// result returns the provider. What was read before counts while the issuer is away.
func (m *memory) result(e *entry, now time.Time) (Provider, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if e.err == nil || errors.Is(e.err, errAway) && e.usable(now) {
		return e.provider, nil
	}
	return Provider{}, e.err
}

// makeRoom forgets one issuer if there are too many: of the namespace that named most, the
// one that was not asked for the longest.
func (m *memory) makeRoom() {
	if m.entries == nil {
		m.entries = map[string]*entry{}
	}
	if len(m.entries) < most {
		return
	}
	count := map[string]int{}
	for _, e := range m.entries {
		count[e.owner]++
	}
	var name string
	var last *entry
	for issuer, e := range m.entries {
		if last == nil || count[e.owner] > count[last.owner] || count[e.owner] == count[last.owner] && e.used.Before(last.used) {
			name, last = issuer, e
		}
	}
	delete(m.entries, name)
}
