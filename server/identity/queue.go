package identity

import (
	"context"
	"runtime"
	"runtime/debug"
	"time"
)

// waiting is how many attempts may wait for each one that is being hashed, and
// patience how long each waits.
const (
	waiting  = 8
	patience = 2 * time.Second
	// maxSlots bounds the memory on large machines: a hash takes up to 64 MiB.
	maxSlots = 2
)

// queue bounds the work and the memory that hashing takes.
type queue struct {
	// places is for all that are inside, and slots for those who work.
	places, slots chan struct{}
}

func newQueue(slots int) *queue {
	if slots <= 0 {
		slots = min(runtime.GOMAXPROCS(0), maxSlots)
	}
	return &queue{places: make(chan struct{}, slots*(1+waiting)), slots: make(chan struct{}, slots)}
}

// do calls f when it is its turn, or returns ErrBusy.
func (q *queue) do(ctx context.Context, f func()) error {
	select {
	case q.places <- struct{}{}:
		defer func() { <-q.places }()
	default:
		return ErrBusy
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	select {
	case q.slots <- struct{}{}:
		defer func() { <-q.slots }()
	case <-ctx.Done():
		return ErrBusy
	}
	// A hash needs more memory than all the rest of the server. Its garbage would be
	// collected late, and the system would get it back even later.
	defer debug.FreeOSMemory()
	f()
	return nil
}
