package storagetest

import (
	"bytes"
	"testing"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/keyring"
	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/keys/keystest"
	"github.com/grantor-dev/grantor/server/storage"
)

// Issuer is the issuer of the backend's server.
const Issuer = "https://issuer.example"

// Began is when the backend's keys were made.
var Began = time.Date(2030, 1, 2, 3, 4, 5, 678e6, time.UTC)

// NewBackend returns a backend without an API server, and its keys.
func NewBackend(t testing.TB) (storage.Backend, *keys.Set) {
	t.Helper()
	ring, err := keyring.Generate(Began)
	if err != nil {
		t.Fatal(err)
	}
	root := keyring.Key{ID: "r1", Use: oauthv1alpha1.KeyUseRoot, CreatedAt: Began.Add(time.Hour), Bytes: bytes.Repeat([]byte{7}, 32)}
	store := keystest.Load(t, ring.With(root))
	set, err := store.Current()
	if err != nil {
		t.Fatal(err)
	}
	return storage.Backend{Namespace: "grantor-system", Keys: store, Issuer: func() string { return Issuer }}, set
}
