package local

import (
	"context"
	"sync"
	"time"

	"github.com/grantor-dev/grantor/server/identity"
)

// waiting is how many attempts of each lane may wait for each one that is being hashed,
// and maxWait how long each waits.
const (
	waiting = 16
	// ofAccount is how many places of a lane are one account's, whose right passwords are
	// limited by nothing else.
	ofAccount = 4
	maxWait   = 2 * time.Second
	// defaultSlots bounds what signing in takes from all other requests: one
	// processor, and the memory of one hash, up to 64 MiB.
	defaultSlots = 1
)

// queue bounds the work and the memory that hashing takes. Known browsers have a lane of
// their own: however many others there are, every other hash is for a known browser
// that waits.
type queue struct {
	// slots is for those who work.
	slots         chan struct{}
	known, others *lane
}

// lane has places for all that are inside, and turns for those of them who are next. As
// many as there are slots are next, and slots are given to whoever asked first.
type lane struct {
	turns             chan struct{}
	places, ofAccount int

	mu    sync.Mutex
	taken int
	// accounts are the usernames of those inside, whether or not there are such users.
	accounts map[string]int
}

func newQueue(slots int) *queue {
	if slots <= 0 {
		slots = defaultSlots
	}
	newLane := func() *lane {
		return &lane{turns: make(chan struct{}, slots), places: slots * (1 + waiting), ofAccount: slots * ofAccount, accounts: map[string]int{}}
	}
	return &queue{slots: make(chan struct{}, slots), known: newLane(), others: newLane()}
}

// lane returns where an attempt waits.
func (q *queue) lane(known bool) *lane {
	if known {
		return q.known
	}
	return q.others
}

// place takes a place for an attempt to sign in as a user, and returns how to leave it, or
// identity.ErrBusy if none is free for this user.
func (l *lane) place(username string) (leave func(), err error) {
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

// do calls f for an attempt that has a place when it is its turn, or returns
// identity.ErrBusy.
func (q *queue) do(ctx context.Context, lane *lane, f func()) error {
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
