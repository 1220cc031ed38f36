package keystest

import (
	"testing"
	"time"

	"github.com/grantor-dev/grantor/internal/keyring"
	"github.com/grantor-dev/grantor/server/keys"
)

// NewStore returns a store with new keys.
func NewStore(t testing.TB) *keys.Store {
	t.Helper()
	ring, err := keyring.Generate(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return Load(t, ring)
}

// Load returns a store with the keys of a ring.
func Load(t testing.TB, ring keyring.Ring) *keys.Store {
	t.Helper()
	data, err := ring.Encode()
	if err != nil {
		t.Fatal(err)
	}
	store := &keys.Store{}
	if err := store.Load(data); err != nil {
		t.Fatal(err)
	}
	return store
}
