package keys_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"testing"

	"github.com/grantor-dev/grantor/internal/keyring"
)

// rawSignature signs a text with the standard library alone.
func rawSignature(t testing.TB, key keyring.Key, text string) []byte {
	t.Helper()
	digest := sha256.Sum256([]byte(text))
	if private, ok := key.Private.(*ecdsa.PrivateKey); ok {
		r, s, err := ecdsa.Sign(rand.Reader, private, digest[:])
		if err != nil {
			t.Fatal(err)
		}
		return append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...)
	}
	signature, err := key.Private.Sign(rand.Reader, digest[:], crypto.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	return signature
}
