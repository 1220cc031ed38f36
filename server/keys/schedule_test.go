package keys_test

import (
	"encoding/json"
	"slices"
	"sync"
	"testing"
	"time"

	jose "github.com/go-jose/go-jose/v4"

	"github.com/grantor-dev/grantor/internal/keyring"
	"github.com/grantor-dev/grantor/server/keys"
)

// next returns the keys of a ring as those that are used from a time on, staged if it is
// zero.
func next(r keyring.Ring, from time.Time) keyring.Ring {
	list := slices.Clone(r.Keys())
	for i := range list {
		list[i].ActiveFrom, list[i].Staged = from, from.IsZero()
	}
	return keyring.New(list...)
}

func kidOf(t *testing.T, set *keys.Set) string {
	t.Helper()
	token, err := set.Signer().Sign(keys.TypeAccessToken, []byte("{}"))
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.ES256})
	if err != nil {
		t.Fatal(err)
	}
	return parsed.Signatures[0].Header.KeyID
}

func publishes(t *testing.T, set *keys.Set, kid string) bool {
	t.Helper()
	public := new(jose.JSONWebKeySet)
	if err := json.Unmarshal(set.JWKS(), public); err != nil {
		t.Fatal(err)
	}
	return len(public.Key(kid)) == 1
}

// A staged key is published, and opens what others sealed, before it is used. When its
// time comes it is used although nothing was loaded.
func TestKeysAreTakenIntoUseAtTheirTime(t *testing.T) {
	now := time.Now()
	clock := now
	former, coming := ring(t, now.Add(-time.Hour)), ring(t, now)
	id := coming.Of("signing")[0].ID
	if coming.Of("signing")[0].Algorithm != jose.ES256 {
		t.Fatal("the first signing key is another")
	}
	store := keys.Store{Now: func() time.Time { return clock }}
	current := func() *keys.Set {
		set, err := store.Current()
		if err != nil {
			t.Fatal(err)
		}
		return set
	}
	load := func(from time.Time) {
		if err := store.Load(dataOf(t, former, next(without(coming, "pairwise"), from))); err != nil {
			t.Fatal(err)
		}
	}
	load(time.Time{})
	before := current()
	if kidOf(t, before) == id || !publishes(t, before, id) {
		t.Error("a staged key must be published and not sign")
	}
	from := now.Add(10 * time.Minute)
	load(from)
	for at, used := range map[time.Duration]bool{0: false, 10*time.Minute - time.Second: false, 10 * time.Minute: true, time.Hour: true} {
		clock = now
		load(from)
		clock = now.Add(at)
		set := current()
		if got := kidOf(t, set) == id; got != used {
			t.Errorf("after %s: in use is %v", at, got)
		}
		if current() != set {
			t.Error("the set changes without a reason")
		}
		sealed := set.Seal(keys.PurposeCode, "", []byte("x"))
		if _, err := before.Open(keys.PurposeCode, "", sealed); err != nil {
			t.Errorf("after %s a replica that is behind cannot open a code: %v", at, err)
		}
		if (set.Root() == before.Root()) == used || set.Peppers()[0].ID() == before.Peppers()[0].ID() == used {
			t.Errorf("after %s the root key or the pepper is another than the signing key", at)
		}
	}
}

// If the time of no key has come, the oldest is used: all replicas publish that.
func TestWithoutAKeyWhoseTimeHasComeTheOldestIsUsed(t *testing.T) {
	now := time.Now()
	old, young := next(ring(t, now.Add(-time.Hour)), now.Add(time.Hour)), next(ring(t, now), now.Add(2*time.Hour))
	set, err := keys.NewSet(dataOf(t, old, young), now)
	if err != nil {
		t.Fatal(err)
	}
	if kid := kidOf(t, set); kid != old.Of("signing")[0].ID {
		t.Errorf("%q signs", kid)
	}
}

func TestSwitchingUnderLoad(t *testing.T) {
	now := time.Now()
	var mu sync.Mutex
	clock := now
	store := keys.Store{Now: func() time.Time { mu.Lock(); defer mu.Unlock(); return clock }}
	if err := store.Load(dataOf(t, ring(t, now.Add(-time.Hour)), next(ring(t, now), now.Add(time.Second)))); err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for range 200 {
				set, err := store.Current()
				if err != nil {
					t.Error(err)
					return
				}
				token, err := set.Signer().Sign(keys.TypeAccessToken, []byte("{}"))
				if err != nil {
					t.Error(err)
				}
				again, _ := store.Current()
				if _, err := again.Verify(keys.TypeAccessToken, token); err != nil {
					t.Error(err)
				}
			}
		})
	}
	mu.Lock()
	clock = now.Add(time.Second)
	mu.Unlock()
	wait.Wait()
}
