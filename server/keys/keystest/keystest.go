// Package keystest makes the keys of servers that exist only in a test.
//
// It owns a Store that holds one new key of each use. It does not test package keys, and
// no program imports it.
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
