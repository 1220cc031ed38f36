package guesses

import (
	"context"
	"sync"
	"time"

	"github.com/grantor-dev/grantor/server/identity"
)

// waiting is how many attempts of each lane may wait for each one that is being worked on,
// and maxWait how long each waits.
const (
	waiting = 16
	// ofAccount is how many places of a lane are one account's, whose right passwords are
	// limited by nothing else.
	ofAccount = 4
	maxWait   = 2 * time.Second
	// defaultSlots limits what sign-ins take from all other requests: one processor, and the
	// memory of one hash, up to 64 MiB.
	defaultSlots = 1
)

// Queue limits the work of comparing passwords. Known browsers have their own lane: however many
// other attempts wait, every other turn is for a known browser that waits.
type Queue struct {
	// slots is for those who work.
	slots         chan struct{}
	known, others *Lane
}

// Lane has places for all that are inside, and turns for those of them who are next. As
// many as there are slots are next, and slots are given to whoever asked first.
type Lane struct {
	turns             chan struct{}
	places, ofAccount int

	mu    sync.Mutex
	taken int
	// accounts are the usernames of those inside, whether or not there are such users.
	accounts map[string]int
}

// NewQueue returns a queue in which as many attempts as there are slots work at once.
func NewQueue(slots int) *Queue {
	if slots <= 0 {
		slots = defaultSlots
	}
	newLane := func() *Lane {
		return &Lane{turns: make(chan struct{}, slots), places: slots * (1 + waiting), ofAccount: slots * ofAccount, accounts: map[string]int{}}
	}
	return &Queue{slots: make(chan struct{}, slots), known: newLane(), others: newLane()}
}

// Lane returns where an attempt waits.
func (q *Queue) Lane(known bool) *Lane {
	if known {
		return q.known
	}
	return q.others
}

// Place takes a place for an attempt to sign in as a user, and returns how to leave it, or
// identity.ErrBusy if none is free for this user.
func (l *Lane) Place(username string) (leave func(), err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.taken >= l.places || l.accounts[username] >= l.ofAccount {
		return nil, identity.ErrBusy
	}
	l.taken++
	l.accounts[username]++
	return func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.taken--
		if l.accounts[username]--; l.accounts[username] == 0 {
			delete(l.accounts, username)
		}
	}, nil
}

// Do calls f for an attempt that has a place when it is its turn, or returns
// identity.ErrBusy.
func (q *Queue) Do(ctx context.Context, lane *Lane, f func()) error {
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
