package keyring

import (
	"crypto/ecdsa"
	"sort"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/credentials"
)

// Key is one key of a server.
type Key struct {
	ID        string
	Use       oauthv1alpha1.KeyUse
	CreatedAt time.Time
	// Private is the private key of a signing key.
	Private *ecdsa.PrivateKey
	// Bytes is the value of a root key or a pepper.
	Bytes []byte
}

// Ring is all keys of a server, the newest first within each use.
type Ring struct {
	keys []Key
}

// New returns a ring of the given keys.
func New(keys ...Key) Ring {
	keys = append([]Key(nil), keys...)
	sort.Slice(keys, func(i, j int) bool {
		a, b := keys[i], keys[j]
		if a.Use != b.Use {
			return a.Use < b.Use
		}
		if !a.CreatedAt.Equal(b.CreatedAt) {
			return a.CreatedAt.After(b.CreatedAt)
		}
		return a.ID < b.ID
	})
	return Ring{keys: keys}
}

// Keys returns all keys, ordered by use, then newest first.
func (r Ring) Keys() []Key { return r.keys }

// Of returns the keys of one use, newest first.
func (r Ring) Of(use oauthv1alpha1.KeyUse) []Key {
	var keys []Key
	for _, key := range r.keys {
		if key.Use == use {
			keys = append(keys, key)
		}
	}
	return keys
}

// Has reports whether the ring holds the key with the given use and id.
func (r Ring) Has(use oauthv1alpha1.KeyUse, id string) bool {
	for _, key := range r.keys {
		if key.Use == use && key.ID == id {
			return true
		}
	}
	return false
}

// Peppers returns the peppers, newest first.
func (r Ring) Peppers() (credentials.Peppers, error) {
	var peppers credentials.Peppers
	for _, key := range r.Of(oauthv1alpha1.KeyUsePepper) {
		pepper, err := credentials.NewPepper(key.ID, key.Bytes)
		if err != nil {
			return nil, err
		}
		peppers = append(peppers, pepper)
	}
	return peppers, nil
}
