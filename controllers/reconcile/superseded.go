package reconcile

import (
	"slices"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/types"
)

// cacheDelay is how long a reconcile waits at most for the cache to have a write. After that, the
// reconcile decides, and the API server refuses what it decides on old facts.
const cacheDelay = 30 * time.Second

// Superseded holds, by the object's name, the resource versions that writes of the last reconcile
// replaced. The events of a reconcile begin the next one, which may come before the cache has what
// was written: for large objects it always does. Whatever it decided would be a conflict, for
// which the API server works nearly as much as for a write.
type Superseded struct{ versions sync.Map }

// replaced are versions, and when the last of them was replaced.
type replaced struct {
	versions []string
	at       time.Time
}

// Note adds a version that a write replaced with another one. A write that changed nothing
// left the version as it was; the cache gets no other.
func (s *Superseded) Note(key types.NamespacedName, before, after string, now time.Time) {
	if before == after {
		return
	}
	known, _ := s.versions.Load(key)
	list, _ := known.(replaced)
	s.versions.Store(key, replaced{append(slices.Clone(list.versions), before), now})
}

// Has reports whether a version from the cache was replaced. Once it was not, the cache is as
// new as the writes.
func (s *Superseded) Has(key types.NamespacedName, version string, now time.Time) bool {
	known, _ := s.versions.Load(key)
	list, _ := known.(replaced)
	if slices.Contains(list.versions, version) && now.Sub(list.at) < cacheDelay {
		return true
	}
	s.Forget(key)
	return false
}

// Forget drops what is known of an object that is gone.
func (s *Superseded) Forget(key types.NamespacedName) { s.versions.Delete(key) }
