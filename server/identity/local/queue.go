package local

import (
	"context"
	"time"

	"github.com/grantor-dev/grantor/server/identity"
)

// waiting is how many attempts of each lane may wait for each one that is being hashed,
// and maxWait how long each waits.
const (
	waiting = 16
	maxWait = 2 * time.Second
	// defaultSlots bounds what signing in takes from all other requests: one
	// processor, and the memory of one hash, up to 64 MiB.
	defaultSlots = 1
)

// queue bounds the work and the memory that hashing takes. Known browsers have a lane of
// their own: however many strangers there are, every other hash is for a known browser
// that waits.
type queue struct {
	// slots is for those who work.
	slots            chan struct{}
	known, strangers lane
}

// lane has places for all that are inside, and turns for those of them who are next. As
// many as there are slots are next, and slots are given to whoever asked first.
type lane struct{ places, turns chan struct{} }

func newQueue(slots int) *queue {
	if slots <= 0 {
		slots = defaultSlots
	}
	newLane := func() lane {
		return lane{places: make(chan struct{}, slots*(1+waiting)), turns: make(chan struct{}, slots)}
	}
	return &queue{slots: make(chan struct{}, slots), known: newLane(), strangers: newLane()}
}

// lane returns where an attempt waits.
func (q *queue) lane(known bool) lane {
	if known {
		return q.known
	}
	return q.strangers
}

// full reports whether one more attempt would have no place.
func (q *queue) full(known bool) bool {
	places := q.lane(known).places
	return len(places) == cap(places)
}

// do calls f when it is its turn, or returns identity.ErrBusy.
func (q *queue) do(ctx context.Context, known bool, f func()) error {
	lane := q.lane(known)
	select {
	case lane.places <- struct{}{}:
		defer func() { <-lane.places }()
	default:
		return identity.ErrBusy
	}
	ctx, cancel := context.WithTimeout(ctx, maxWait)
	defer cancel()
	if !enter(ctx, lane.turns) {
		return identity.ErrBusy
	}
	defer func() { <-lane.turns }()
	if !enter(ctx, q.slots) {
		return identity.ErrBusy
	}
	defer func() { <-q.slots }()
	f()
	return nil
}

func enter(ctx context.Context, next chan struct{}) bool {
	select {
	case next <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}
