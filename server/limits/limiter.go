package limits

import (
	"hash/maphash"
	"sync"
	"time"

	"github.com/grantor-dev/grantor/internal/recent"
)

// maxKeys is how many keys of each kind are remembered, in some 5 MiB.
const maxKeys = 1 << 16

// Budget is how often something may happen at once, and how long one time takes to be
// forgotten.
type Budget struct {
	Burst int
	Every time.Duration
}

// Kind names what keys stand for. Keys of one kind push out none of another.
type Kind string

// Share is what one key may have.
type Share struct {
	Kind Kind
	Key  string
	Budget
}

// Limiter counts what happens for keys. The zero Limiter is not usable.
type Limiter struct {
	seed maphash.Seed
	max  int

	mu sync.Mutex
	// full has until when the bucket of a key is not empty, as in the generic cell rate
	// algorithm: each time adds Budget.Every.
	full map[Kind]*recent.Map[uint64, time.Time]
}

// New returns a Limiter that has counted nothing.
func New() *Limiter {
	return &Limiter{seed: maphash.MakeSeed(), max: maxKeys, full: map[Kind]*recent.Map[uint64, time.Time]{}}
}

// Take counts one for each share and returns 0. If one of them is used up, it counts for
// none and returns how long it is until all of them have one again.
func (l *Limiter) Take(now time.Time, shares ...Share) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	wait := time.Duration(0)
	for _, s := range shares {
		wait = max(wait, s.Every-s.left(l.until(s), now))
	}
	if wait > 0 {
		return wait
	}
	for _, s := range shares {
		l.add(s, now)
	}
	return 0
}

// Charge counts one for each share, also for one that is used up, which then stays so for
// as long as one time takes to be forgotten.
func (l *Limiter) Charge(now time.Time, shares ...Share) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, s := range shares {
		l.add(s, now)
	}
}

// Return takes back what Take counted.
func (l *Limiter) Return(shares ...Share) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, s := range shares {
		if until, ok := l.kind(s.Kind).Get(l.key(s)); ok {
			l.kind(s.Kind).Put(l.key(s), until.Add(-s.Every))
		}
	}
}

// add counts one, to a full bucket at most.
func (l *Limiter) add(s Share, now time.Time) {
	until := l.until(s)
	if until.Before(now) {
		until = now
	}
	if full := now.Add(s.whole()); until.After(full) {
		until = full
	}
	l.kind(s.Kind).Put(l.key(s), until.Add(min(s.Every, s.left(until, now))))
}

// left is the room in a bucket that is not empty until a time. It is never less than
// none, so that a clock that is set back does not shut anything out for longer.
func (b Budget) left(until, now time.Time) time.Duration {
	return max(0, b.whole()-max(0, until.Sub(now)))
}

func (b Budget) whole() time.Duration { return time.Duration(b.Burst) * b.Every }

func (l *Limiter) until(s Share) time.Time {
	until, _ := l.kind(s.Kind).Get(l.key(s))
	return until
}

func (l *Limiter) kind(k Kind) *recent.Map[uint64, time.Time] {
	m, ok := l.full[k]
	if !ok {
		m = recent.NewMap[uint64, time.Time](l.max)
		l.full[k] = m
	}
	return m
}

// key is keyed at random, so that no caller can choose two keys that meet.
func (l *Limiter) key(s Share) uint64 { return maphash.String(l.seed, s.Key) }
