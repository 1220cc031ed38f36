package keys_test

import (
	"slices"
	"testing"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/keyring"
	"github.com/grantor-dev/grantor/server/keys"
)

// What was made with a root key is in browsers, applications and stored objects:
// later releases must accept and find it.
func TestWhatARootKeyMadeCountsForever(t *testing.T) {
	counting := make([]byte, 32)
	for i := range counting {
		counting[i] = byte(i)
	}
	known := keyring.Key{ID: "r1", Use: oauthv1alpha1.KeyUseRoot, CreatedAt: time.Now().Add(time.Hour), Bytes: counting}
	pair := keyring.Key{ID: "q1", Use: oauthv1alpha1.KeyUsePairwise, CreatedAt: time.Now().Add(-time.Hour), Bytes: counting}
	set := setOf(t, keyring.New(known, pair), ring(t, time.Now()))
	const (
		sealed = "AYLz6caV3As7TSdwrE9INYYLSx5XOt96GEC9DAu4QYawtWIo2oDoxGOei4imd9g8iagmlwby"
		mac    = "gvPpxpXcwILhB4mDh2u77HzaI-gFM5QZymk"
		name   = "31dc3612e37c43cb3d48d6f136040d46366a6106"
		former = "8aee8cfd41685fec435bde85e1dfdeb9b656b7ec"
	)
	if plain, err := set.Open(keys.PurposeGrant, "context", sealed); err != nil || string(plain) != "content" {
		t.Errorf("sealed text opens to %q, %v; now it would be %s", plain, err, set.Seal(keys.PurposeGrant, "context", []byte("content")))
	}
	if got := set.MAC(keys.PurposeRefreshToken, "ab", "c"); got != mac {
		t.Errorf("the code is now %s", got)
	}
	if got := set.Names(keys.PurposeMarkName, "x"); !slices.Equal(got, []string{name, former}) {
		t.Errorf("the names are now %s", got)
	}
}
