package rotation

import (
	"time"

	"github.com/grantor-dev/grantor/internal/keyring"
)

// Apply returns the ring after the steps of the agenda, of which only those keys are
// removed that are named.
func (a Agenda) Apply(ring keyring.Ring, remove []string, now, requested time.Time) (keyring.Ring, error) {
	next := ring.Without(remove...)
	for _, key := range ring.Keys() {
		if at, ok := a.Activate[key.ID]; ok {
			key.ActiveFrom, key.Staged = at, false
			next = next.With(key)
		}
	}
	for _, kind := range a.Stage {
		met := requested
		if met.IsZero() {
			met = lastRequest(ring, kind)
		}
		key, err := keyring.Stage(kind, now, met)
		if err != nil {
			return keyring.Ring{}, err
		}
		next = next.With(key)
	}
	return next, nil
}

// lastRequest is the rotation request that the keys of a kind have met: replacing one for
// its age must not forget it.
func lastRequest(ring keyring.Ring, kind keyring.Kind) time.Time {
	var last time.Time
	for _, key := range ring.Keys() {
		if key.Kind() == kind && key.RequestedAt.After(last) {
			last = key.RequestedAt
		}
	}
	return last
}
