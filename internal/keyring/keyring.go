package keyring

import (
	"cmp"
	"crypto"
	"slices"
	"time"

	jose "github.com/go-jose/go-jose/v4"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/credentials"
)

// Key is one key of a server.
type Key struct {
	ID  string
	Use oauthv1alpha1.KeyUse
	// Algorithm is what a signing key signs with.
	Algorithm jose.SignatureAlgorithm
	CreatedAt time.Time
	// ActiveFrom is from when the key is used. Keys of earlier releases have no such
	// time.
	ActiveFrom time.Time
	// Staged says that the key is there to be published and loaded, and not used.
	Staged bool
	// RequestedAt is the rotation request that was met when the key was made; zero if
	// there was none.
	RequestedAt time.Time
	// Private is the private key of a signing key.
	Private crypto.Signer
	// Bytes is the value of a root key, a pepper or a pairwise key.
	Bytes []byte
}

// Kind is what keys can stand in for each other for.
type Kind struct {
	Use oauthv1alpha1.KeyUse
	// Algorithm is empty unless the use is to sign.
	Algorithm jose.SignatureAlgorithm
}

// String returns the kind in words.
func (k Kind) String() string {
	if k.Algorithm == "" {
		return string(k.Use)
	}
	return string(k.Algorithm) + " " + string(k.Use)
}

// Ring is all keys of a server, the newest first within each kind.
type Ring struct {
	keys []Key
}

// New returns a ring of the given keys.
func New(keys ...Key) Ring {
	keys = slices.Clone(keys)
	slices.SortFunc(keys, func(a, b Key) int {
		return cmp.Or(cmp.Compare(a.Use, b.Use), cmp.Compare(a.Algorithm, b.Algorithm), b.CreatedAt.Compare(a.CreatedAt), cmp.Compare(a.ID, b.ID))
	})
	return Ring{keys: keys}
}

// Keys returns all keys, ordered by use and algorithm, then newest first.
func (r Ring) Keys() []Key { return r.keys }

// Of returns the keys of one use, ordered by algorithm, then newest first.
func (r Ring) Of(use oauthv1alpha1.KeyUse) []Key {
	var keys []Key
	for _, key := range r.keys {
		if key.Use == use {
			keys = append(keys, key)
		}
	}
	return keys
}

func (r Ring) has(kind Kind) bool {
	return slices.ContainsFunc(r.keys, func(k Key) bool { return Kind{k.Use, k.Algorithm} == kind })
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

// Staged reports whether the ring holds a key of the id that is not used yet.
func (r Ring) Staged(id string) bool {
	return slices.ContainsFunc(r.keys, func(k Key) bool { return k.ID == id && k.Staged })
}

// Peppers returns the peppers, the one that is in use at a time first.
func (r Ring) Peppers(now time.Time) (credentials.Peppers, error) {
	var peppers credentials.Peppers
	for _, key := range r.At(oauthv1alpha1.KeyUsePepper, now) {
		pepper, err := credentials.NewPepper(key.ID, key.Bytes)
		if err != nil {
			return nil, err
		}
		peppers = append(peppers, pepper)
	}
	return peppers, nil
}
