package replicas

import (
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/types"
)

// Replicas that are behind are asked again after firstPause at first, and after longer
// pauses the longer that lasts: a client that cannot be served takes little of the
// operator's time from others.
const firstPause, longestPause = time.Second, time.Minute

// Behind remembers since when replicas have not loaded a generation of a client.
type Behind struct{ clients sync.Map }

type behind struct {
	uid        types.UID
	generation int64
	since      time.Time
}

// For returns how long replicas have been behind with a generation, zero for the first time, by
// a clock that does not jump. A client that was created again is another one.
func (b *Behind) For(client types.NamespacedName, uid types.UID, generation int64, now time.Time) time.Duration {
	known, _ := b.clients.Load(client)
	if was, ok := known.(behind); ok && was.uid == uid && was.generation == generation {
		return now.Sub(was.since)
	}
	b.clients.Store(client, behind{uid, generation, now})
	return 0
}

// Forget forgets a client that all replicas have loaded, that has changed or that is gone.
func (b *Behind) Forget(client types.NamespacedName) { b.clients.Delete(client) }

// Pause returns when replicas are asked again that have been behind for a time.
func Pause(behind time.Duration) time.Duration { return min(max(firstPause, behind/4), longestPause) }
