package keys_test

import (
	"bytes"
	"slices"
	"testing"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/keyring"
	"github.com/grantor-dev/grantor/server/keys"
)

func roots(r keyring.Ring) keyring.Ring { return keyring.New(r.Of(oauthv1alpha1.KeyUseRoot)...) }

// Two replicas, of which one has taken another root key into use, and one that has not
// even heard of it, must give one thing one name: it can be created once.
func TestRootKeysDoNotChangeNames(t *testing.T) {
	began := ring(t, time.Now().Add(-time.Hour))
	next := roots(ring(t, time.Now()))
	former, rotated, last := setOf(t, began), setOf(t, next, began), setOf(t, without(began, oauthv1alpha1.KeyUseRoot), next)
	for _, purpose := range []keys.Purpose{keys.PurposeMarkName, keys.PurposeConsentName, keys.PurposeSubjectLabel} {
		names := former.Names(purpose, "x")
		if len(names) != 1 || len(names[0]) != 40 || !slices.Equal(names, rotated.Names(purpose, "x")) || !slices.Equal(names, last.Names(purpose, "x")) {
			t.Errorf("%s: %v, then %v, then %v", purpose, names, rotated.Names(purpose, "x"), last.Names(purpose, "x"))
		}
		if former.Names(purpose, "y")[0] == names[0] {
			t.Error("two things have one name")
		}
		if foreign := setOf(t, ring(t, time.Now())).Names(purpose, "x")[0]; foreign == names[0] {
			t.Error("names are not keyed")
		}
	}
	if rotated.Root() == former.Root() || rotated.Root() != last.Root() {
		t.Error("the root key was not rotated: this test shows nothing")
	}
}

// What an earlier release named is found, and stays the name where no other can be made.
func TestNamesOfEarlierReleases(t *testing.T) {
	root := keyring.New(keyring.Key{ID: "r1", Use: oauthv1alpha1.KeyUseRoot, CreatedAt: time.Now().Add(-time.Hour), Bytes: bytes.Repeat([]byte{1}, 32)})
	rest := without(ring(t, time.Now()), oauthv1alpha1.KeyUseRoot)
	old := setOf(t, root, without(rest, oauthv1alpha1.KeyUsePairwise)).Names(keys.PurposeMarkName, "x")
	supplemented := setOf(t, root, rest).Names(keys.PurposeMarkName, "x")
	if len(old) != 1 || len(supplemented) != 2 || supplemented[1] != old[0] || supplemented[0] == old[0] {
		t.Errorf("names were %v and are %v", old, supplemented)
	}
	// A next root key names nothing, whether there is a pairwise key or not.
	next := roots(ring(t, time.Now()))
	if names := setOf(t, root, next, rest).Names(keys.PurposeMarkName, "x"); !slices.Equal(names, supplemented) {
		t.Errorf("after a rotation they are %v", names)
	}
	if names := setOf(t, root, next, without(rest, oauthv1alpha1.KeyUsePairwise)).Names(keys.PurposeMarkName, "x"); names[0] != old[0] {
		t.Errorf("without a pairwise key a rotation changes the name: %v", names)
	}
}
