package rotation

import (
	"slices"
	"testing"
	"time"

	jose "github.com/go-jose/go-jose/v4"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/keyring"
)

var (
	noon   = time.Date(2030, 1, 2, 12, 0, 0, 0, time.UTC)
	es256  = keyring.Kind{Use: oauthv1alpha1.KeyUseSigning, Algorithm: jose.ES256}
	pepper = keyring.Kind{Use: oauthv1alpha1.KeyUsePepper}
	root   = keyring.Kind{Use: oauthv1alpha1.KeyUseRoot}
)

const month = 720 * time.Hour

func keyOf(kind keyring.Kind, id string, since time.Time) keyring.Key {
	return keyring.Key{ID: id, Use: kind.Use, Algorithm: kind.Algorithm, CreatedAt: since, ActiveFrom: since}
}

// former returns a key as a release without rotation made it.
func former(kind keyring.Kind, id string, createdAt time.Time) keyring.Key {
	return keyring.Key{ID: id, Use: kind.Use, Algorithm: kind.Algorithm, CreatedAt: createdAt}
}

func stagedKey(kind keyring.Kind, id string, createdAt time.Time) keyring.Key {
	return keyring.Key{ID: id, Use: kind.Use, Algorithm: kind.Algorithm, CreatedAt: createdAt, Staged: true}
}

// at returns the Inputs of a server that replaces keys every month and has all
// tokens live for an hour.
func at(now time.Time, keys ...keyring.Key) Inputs {
	c := Inputs{
		Ring: keyring.New(keys...), Now: now, Signing: month, Session: 12 * time.Hour, Lifetimes: map[string]time.Duration{},
		Needed: func(string) bool { return false }, Sealed: func(string) bool { return false },
	}
	for _, key := range keys {
		c.Lifetimes[key.ID] = time.Hour
	}
	return c
}

func with(c Inputs, change func(*Inputs)) Inputs {
	change(&c)
	return c
}

// TestRootsOfWhatDoesNotExpire keeps an old root key while something is sealed
// with it.
func TestRootsOfWhatDoesNotExpire(t *testing.T) {
	over := at(noon, keyOf(root, "old", noon.Add(-3*month)), keyOf(root, "new", noon.Add(-month)))
	if got := Decide(over); !slices.Contains(got.Remove, "old") {
		t.Fatalf("a root key that is over stays: %+v", got)
	}
	over.Sealed = func(id string) bool { return id == "old" }
	got := Decide(over)
	if len(got.Remove) > 0 || !got.Retire["old"].IsZero() || got.Next.IsZero() || got.Next.After(noon.Add(sealedPause)) {
		t.Errorf("a root key that something needs: %+v", got)
	}
	over.Revoked = []oauthv1alpha1.KeyID{"old"}
	if got := Decide(over); !slices.Contains(got.Remove, "old") {
		t.Errorf("a root key that was revoked stays: %+v", got)
	}
}

func TestWhenKeysComeAndGo(t *testing.T) {
	began := noon.Add(-month)
	requestedAt := func(key keyring.Key, requested time.Time) keyring.Key {
		key.RequestedAt = requested
		return key
	}
	tests := map[string]struct {
		given    Inputs
		stage    []keyring.Kind
		activate map[string]time.Time
		remove   []string
		next     time.Time
	}{
		"a young key is left alone until the next has to be published": {
			given: at(noon, keyOf(es256, "a", noon.Add(-time.Hour))), next: noon.Add(month - time.Hour - 10*time.Minute),
		},
		"the next key is published ten minutes before": {
			given: at(noon.Add(-10*time.Minute), keyOf(es256, "a", began)), stage: []keyring.Kind{es256},
		},
		"and not a moment earlier": {
			given: at(noon.Add(-10*time.Minute-time.Second), keyOf(es256, "a", began)), next: noon.Add(-10 * time.Minute),
		},
		"half of a short interval before": {
			given: with(at(noon, keyOf(es256, "a", noon.Add(-30*time.Second))), func(c *Inputs) { c.Signing = time.Minute }),
			stage: []keyring.Kind{es256},
		},
		"a key of an earlier release counts from when it was made": {
			given: at(noon, former(es256, "a", began)), stage: []keyring.Kind{es256},
		},
		"an operator that was away for a year makes one key": {
			given: at(noon, keyOf(es256, "a", noon.Add(-366*24*time.Hour))), stage: []keyring.Kind{es256},
		},
		"a published key waits for replicas": {
			given: at(noon.Add(time.Minute), keyOf(es256, "a", began), stagedKey(es256, "b", noon)), next: noon.Add(time.Minute + time.Second),
		},
		"once they have it, it gets its time": {
			given:    with(at(noon.Add(time.Minute), keyOf(es256, "a", began), stagedKey(es256, "b", noon)), loaded),
			activate: map[string]time.Time{"b": noon.Add(10 * time.Minute)},
		},
		"and after two minutes without replicas that answer": {
			given:    at(noon.Add(peerTimeout), keyOf(es256, "a", began), stagedKey(es256, "b", noon)),
			activate: map[string]time.Time{"b": noon.Add(10 * time.Minute)},
		},
		"a key that was made long ago is used once nobody keeps keys without it": {
			given:    with(at(noon.Add(month), keyOf(es256, "a", began), stagedKey(es256, "b", noon)), loaded),
			activate: map[string]time.Time{"b": noon.Add(month + 5*time.Minute)},
		},
		"and so is one that was loaded late": {
			given:    with(at(noon.Add(9*time.Minute), keyOf(es256, "a", began), stagedKey(es256, "b", noon)), loaded),
			activate: map[string]time.Time{"b": noon.Add(14 * time.Minute)},
		},
		"a key that a clock made that was ahead does not wait for that": {
			given:    with(at(noon, keyOf(es256, "a", began), stagedKey(es256, "b", noon.Add(month))), loaded),
			activate: map[string]time.Time{"b": noon.Add(10 * time.Minute)},
		},
		"neither does one that such a clock activated": {
			given:    with(at(noon, keyOf(es256, "a", began), keyOf(es256, "b", noon.Add(month))), loaded),
			activate: map[string]time.Time{"b": noon.Add(10 * time.Minute)},
		},
		"nothing else happens until the switch": {
			given: at(noon, keyOf(es256, "a", began), keyOf(es256, "b", noon.Add(time.Minute))), next: noon.Add(time.Minute),
		},
		"an old key stays until its tokens have expired": {
			given: at(noon.Add(time.Hour+slack-time.Second), keyOf(es256, "a", began), keyOf(es256, "b", noon)), next: noon.Add(time.Hour + slack),
		},
		"and then for those who sign somebody out": {
			given: at(noon.Add(time.Hour+slack), keyOf(es256, "a", began), keyOf(es256, "b", noon)), next: noon.Add(time.Hour + slack + 12*time.Hour),
		},
		"until nobody is signed in any more": {
			given:  at(noon.Add(13*time.Hour+slack), keyOf(es256, "a", began), keyOf(es256, "b", noon)),
			remove: []string{"a"}, next: noon.Add(month - 10*time.Minute),
		},
		"of expired keys two are kept for that": {
			given: at(noon.Add(2*time.Hour), keyOf(es256, "z", began), keyOf(es256, "a", noon.Add(-3*time.Second)), keyOf(es256, "b", noon.Add(-2*time.Second)), keyOf(es256, "c", noon)),
			// The others follow at the end of the session.
			remove: []string{"z"}, next: noon.Add(12*time.Hour + time.Hour + slack - 2*time.Second),
		},
		"a rotation is asked for": {
			given: with(at(noon, keyOf(es256, "a", noon), keyOf(root, "r", noon), keyOf(pepper, "p", noon)), func(c *Inputs) { c.Requested = noon }),
			stage: []keyring.Kind{es256, root, pepper},
		},
		"and was met": {
			given: with(at(noon, requestedAt(keyOf(es256, "a", noon), noon)), func(c *Inputs) { c.Requested = noon }),
			next:  noon.Add(month - 10*time.Minute),
		},
		"a revoked key is replaced at once": {
			given: with(at(noon, keyOf(es256, "a", noon.Add(-time.Hour))), revoke("a")), stage: []keyring.Kind{es256},
		},
		"its successor signs as soon as it is loaded": {
			given:    with(with(at(noon, keyOf(es256, "a", began), stagedKey(es256, "b", noon)), revoke("a")), loaded),
			activate: map[string]time.Time{"b": noon.Add(time.Second)},
		},
		"and it goes at that moment": {
			given:  with(at(noon, keyOf(es256, "a", began), keyOf(es256, "b", noon)), revoke("a")),
			remove: []string{"a"}, next: noon.Add(month - 10*time.Minute),
		},
		"the next key does not keep its time when the one before it is revoked": {
			given:    with(with(at(noon.Add(time.Minute), keyOf(es256, "a", began), keyOf(es256, "b", noon.Add(10*time.Minute))), revoke("a")), loaded),
			activate: map[string]time.Time{"b": noon.Add(time.Minute + time.Second)},
		},
		"one that is used as soon as possible already keeps its time": {
			given: with(with(at(noon, keyOf(es256, "a", began), keyOf(es256, "b", noon.Add(soon))), revoke("a")), loaded), next: noon.Add(soon),
		},
		"a revoked key whose time is near goes, and another comes": {
			given: with(at(noon.Add(time.Minute), keyOf(es256, "a", began), keyOf(es256, "b", noon.Add(2*time.Minute))), revoke("b")), remove: []string{"b"}, stage: []keyring.Kind{es256},
		},
		"a key that waits for the end of a longer interval does so no more": {
			given:    with(with(at(noon.Add(time.Minute), keyOf(es256, "a", began), keyOf(es256, "b", noon.Add(10*time.Minute))), loaded), func(c *Inputs) { c.Signing = 10 * time.Second }),
			activate: map[string]time.Time{"b": noon.Add(time.Minute + 5*time.Second)},
		},
		"a revoked key that was never used goes, and another comes": {
			given: with(at(noon, keyOf(es256, "a", began), stagedKey(es256, "b", noon)), revoke("b")), remove: []string{"b"}, stage: []keyring.Kind{es256},
		},
		"root keys and peppers are not replaced for their age": {
			given: at(noon, keyOf(root, "r", noon.Add(-100*month)), keyOf(pepper, "p", noon.Add(-100*month))),
		},
		"unless somebody wants that": {
			given: with(at(noon, keyOf(root, "r", began), keyOf(pepper, "p", began)), func(c *Inputs) { c.Root = month }),
			stage: []keyring.Kind{root, pepper},
		},
		"an old root key stays until what it sealed has expired": {
			given: at(noon.Add(time.Hour+slack-time.Second), keyOf(root, "r", began), keyOf(root, "s", noon)), next: noon.Add(time.Hour + slack),
		},
		"and goes then": {
			given: at(noon.Add(time.Hour+slack), keyOf(root, "r", began), keyOf(root, "s", noon)), remove: []string{"r"},
		},
		"an old pepper stays while a client needs it": {
			given: with(at(noon.Add(slack), keyOf(pepper, "p", began), keyOf(pepper, "q", noon)), func(c *Inputs) {
				c.Needed = func(id string) bool { return id == "p" }
			}),
			next: noon.Add(slack + countPause),
		},
		"and a replica could need it": {
			given: at(noon.Add(slack-time.Second), keyOf(pepper, "p", began), keyOf(pepper, "q", noon)), next: noon.Add(slack),
		},
		"and goes then, too": {
			given: at(noon.Add(slack), keyOf(pepper, "p", began), keyOf(pepper, "q", noon)), remove: []string{"p"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := Decide(test.given)
			if !slices.Equal(got.Stage, test.stage) || !slices.Equal(got.Remove, test.remove) || !got.Next.Equal(test.next) {
				t.Errorf("got %+v", got)
			}
			for _, key := range test.given.Ring.Keys() {
				if at := got.Activate[key.ID]; !at.Equal(test.activate[key.ID]) {
					t.Errorf("%s is used from %s", key.ID, at)
				}
			}
		})
	}
}

func loaded(c *Inputs) { c.Loaded = true }

func revoke(id oauthv1alpha1.KeyID) func(*Inputs) {
	return func(c *Inputs) { c.Revoked = []oauthv1alpha1.KeyID{id} }
}

func TestPairwiseKeysAreNeverReplaced(t *testing.T) {
	q := keyring.Key{ID: "q", Use: oauthv1alpha1.KeyUsePairwise, CreatedAt: noon.Add(-100 * month)}
	c := with(at(noon, q), func(c *Inputs) {
		c.Root, c.Requested, c.Revoked = time.Second, noon, []oauthv1alpha1.KeyID{"q"}
	})
	if got := Decide(c); len(got.Stage)+len(got.Remove)+len(got.Activate)+len(got.Retire) > 0 {
		t.Errorf("got %+v", got)
	}
}

func TestTheNextKeyWaitsWhileAllAreNeeded(t *testing.T) {
	var keys []keyring.Key
	for i := range keptKeys {
		keys = append(keys, keyOf(es256, string(rune('a'+i)), noon.Add(time.Duration(i)*time.Second)))
	}
	c := with(at(noon.Add(time.Minute), keys...), func(c *Inputs) { c.Signing = time.Second })
	got := Decide(c)
	if len(got.Stage) > 0 || !slices.Equal(got.Full, []keyring.Kind{es256}) || !got.Next.Equal(noon.Add(time.Second+time.Hour+slack)) {
		t.Errorf("got %+v", got)
	}
	// A leak does not wait.
	if got := Decide(with(c, revoke(oauthv1alpha1.KeyID(keys[len(keys)-1].ID)))); !slices.Equal(got.Stage, []keyring.Kind{es256}) {
		t.Errorf("of a revoked key got %+v", got)
	}
}
