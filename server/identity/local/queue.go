package local

import (
	"context"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/grantor-dev/grantor/server/identity"
)

// waiting is how many attempts may wait for each one that is being hashed, and
// maxWait how long each waits.
const (
	waiting = 16
	maxWait = 2 * time.Second
	// defaultSlots bounds what signing in takes from all other requests: one
	// processor, and the memory of one hash, up to 64 MiB.
	defaultSlots = 1
)

// queue bounds the work and the memory that hashing takes.
type queue struct {
	// places is for all that are inside, and slots for those who work.
	places, slots chan struct{}
}

func newQueue(slots int) *queue {
	if slots <= 0 {
		slots = defaultSlots
	}
	return &queue{places: make(chan struct{}, slots*(1+waiting)), slots: make(chan struct{}, slots)}
}

// do calls f when it is its turn, or returns identity.ErrBusy.
func (q *queue) do(ctx context.Context, f func()) error {
	select {
	case q.places <- struct{}{}:
		defer func() { <-q.places }()
	default:
		return identity.ErrBusy
	}
	ctx, cancel := context.WithTimeout(ctx, maxWait)
	defer cancel()
	select {
	case q.slots <- struct{}{}:
		defer func() { <-q.slots }()
	case <-ctx.Done():
		return identity.ErrBusy
	}
	// A hash needs more memory than all the rest of the server. It gets what others have
	// left, and gives back what it took: garbage would be collected late, and the system
	// would get it back even later.
	runtime.GC()
	defer debug.FreeOSMemory()
	f()
	return nil
}
