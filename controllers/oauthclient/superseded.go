package oauthclient

import (
	"slices"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/types"
)

// cacheDelay is how long a pass waits at most for the cache to have a write. After that, the
// pass decides, and the API server refuses what it decides on old facts.
const cacheDelay = 30 * time.Second

// superseded holds, by the client's name, the resource versions that writes of the last pass
// replaced. The events of a pass begin the next one, which may come before the cache has what
// was written: for large clients it always does. Whatever it decided would be a conflict, for
// which the API server works nearly as much as for a write.
type superseded struct{ versions sync.Map }

// replaced are versions, and when the last of them was replaced.
type replaced struct {
	versions []string
	at       time.Time
}

// note adds a version that a write replaced with another one. A write that changed nothing
// left the version as it was; the cache gets no other.
func (s *superseded) note(key types.NamespacedName, before, after string, now time.Time) {
	if before == after {
		return
	}
	known, _ := s.versions.Load(key)
	list, _ := known.(replaced)
	s.versions.Store(key, replaced{append(slices.Clone(list.versions), before), now})
}

// has reports whether a version from the cache was replaced. Once it was not, the cache is as
// new as the writes.
func (s *superseded) has(key types.NamespacedName, version string, now time.Time) bool {
	known, _ := s.versions.Load(key)
	list, _ := known.(replaced)
	if slices.Contains(list.versions, version) && now.Sub(list.at) < cacheDelay {
		return true
	}
	s.forget(key)
	return false
}

func (s *superseded) forget(key types.NamespacedName) { s.versions.Delete(key) }
