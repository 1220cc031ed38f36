package oauthclient

import (
	"slices"
	"sync"

	"k8s.io/apimachinery/pkg/types"
)

// superseded holds, by the client's name, the resource versions that writes of the last pass
// replaced. The events of a pass begin the next one, which may come before the cache has what
// was written: for large clients it always does. Whatever it decided would be a conflict, for
// which the API server works nearly as much as for a write.
type superseded struct{ versions sync.Map }

// note adds a version that was replaced.
func (s *superseded) note(key types.NamespacedName, version string) {
	before, _ := s.versions.Load(key)
	list, _ := before.([]string)
	s.versions.Store(key, append(slices.Clone(list), version))
}

// has reports whether a version from the cache was replaced. Once it was not, the cache is as
// new as the writes.
func (s *superseded) has(key types.NamespacedName, version string) bool {
	before, _ := s.versions.Load(key)
	list, _ := before.([]string)
	if slices.Contains(list, version) {
		return true
	}
	s.forget(key)
	return false
}

func (s *superseded) forget(key types.NamespacedName) { s.versions.Delete(key) }
