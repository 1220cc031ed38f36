package rotation

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/keyring"
)

// run is a server whose keys are replaced while its operator works now and then, its
// replicas hear late and its settings change.
type run struct {
	*rand.Rand
	ring keyring.Ring
	now  time.Time
	made int
	// heard is what a replica that hears late has loaded; unheard is since when that is
	// not what there is.
	heard   keyring.Ring
	unheard time.Time
	// copied is what a resource server has fetched, which it keeps until then.
	copied keyring.Ring
	until  time.Time
	// tokens are what was signed and has not expired.
	tokens    []signedToken
	lifetimes map[string]time.Duration
	lifetime  time.Duration
	seen      map[string]time.Time
	rotations int
	revoked   []oauthv1alpha1.KeyID
}

type signedToken struct {
	kid     string
	expires time.Time
}

// Whatever the intervals and lifetimes, and however late the operator comes, no key signs
// that a replica does not publish, or that is missing in what others may keep, and none is
// gone while a token needs it.
func TestNoTokenIsEverWithoutItsKey(t *testing.T) {
	for seed := range uint64(200) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 1))
			interval := time.Duration(1+random.IntN(7200)) * time.Second
			r := &run{Rand: random, now: noon, lifetimes: map[string]time.Duration{}, seen: map[string]time.Time{}}
			r.lifetime = time.Duration(1+r.IntN(3600)) * time.Second
			r.ring = keyring.New(keyOf(es256, "first", noon))
			r.heard = r.ring
			for range 2000 {
				r.now = r.now.Add(time.Duration(r.IntN(int(interval)/3 + 1)))
				r.step(t, interval)
			}
			if r.rotations == 0 {
				t.Error("no key was replaced: this shows nothing")
			}
		})
	}
}

func (r *run) step(t *testing.T, interval time.Duration) {
	t.Helper()
	if r.IntN(20) == 0 {
		r.lifetime = time.Duration(1+r.IntN(3600)) * time.Second
	}
	// One that hears nothing for a minute is not ready, and nobody reaches it.
	if r.IntN(3) > 0 || r.now.Sub(r.unheard) >= time.Minute {
		r.heard = r.ring
	}
	if r.IntN(4) > 0 {
		r.operate(interval, r.heard.State() == r.ring.State())
	}
	if !r.now.Before(r.until) {
		r.copied, r.until = r.heard, r.now.Add(keyring.MaxAge(interval))
	}
	for _, replica := range []keyring.Ring{r.ring, r.heard} {
		key := replica.At("signing", r.now)[0]
		r.lifetimes[key.ID] = max(r.lifetimes[key.ID], r.lifetime)
		r.tokens = append(r.tokens, signedToken{key.ID, r.now.Add(r.lifetime)})
		for name, other := range map[string]keyring.Ring{"the Secret": r.ring, "the replica that is behind": r.heard, "who keeps a copy": r.copied} {
			if !other.Has("signing", key.ID) {
				t.Fatalf("%s: %q signs, and %s does not know it", r.now, key.ID, name)
			}
		}
	}
	r.tokens = slices.DeleteFunc(r.tokens, func(token signedToken) bool { return !r.now.Before(token.expires) })
	for _, token := range r.tokens {
		if !r.ring.Has("signing", token.kid) {
			t.Fatalf("%s: %q is gone, and a token needs it until %s", r.now, token.kid, token.expires)
		}
	}
	if n := len(r.ring.Keys()); n > keptKeys+1 {
		t.Fatalf("%d keys", n)
	}
}

func (r *run) operate(interval time.Duration, loaded bool) {
	for _, key := range r.ring.Keys() {
		if _, ok := r.lifetimes[key.ID]; !ok {
			r.lifetimes[key.ID] = r.lifetime
		}
	}
	a := Decide(Inputs{
		Ring: r.ring, Now: r.now, Signing: interval, Lifetimes: r.lifetimes, Session: time.Hour,
		Loaded: loaded, Revoked: r.revoked, Needed: func(string) bool { return false }, Sealed: func(string) bool { return false },
	})
	next := r.ring.Without(a.Remove...)
	for _, key := range r.ring.Keys() {
		if at, ok := a.Activate[key.ID]; ok {
			key.ActiveFrom, key.Staged = at, false
			next = next.With(key)
			r.rotations++
		}
	}
	for _, kind := range a.Stage {
		r.made++
		next = next.With(stagedKey(kind, fmt.Sprintf("k%d", r.made), r.now.Truncate(time.Second)))
	}
	if r.heard.State() == r.ring.State() {
		r.unheard = r.now
	}
	r.ring = next
}

// Whatever a key is about to do when it is revoked, it is gone within seconds.
func TestRevokedKeysAreGoneSoon(t *testing.T) {
	for seed := range uint64(500) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 2))
			r := &run{Rand: random, now: noon, lifetimes: map[string]time.Duration{}, seen: map[string]time.Time{}, lifetime: time.Hour}
			r.ring = keyring.New(keyOf(es256, "first", noon.Add(-time.Hour)))
			interval := time.Duration(1+random.IntN(7200)) * time.Second
			for range random.IntN(20) {
				r.now = r.now.Add(time.Duration(r.IntN(int(interval)/3 + 1)))
				r.operate(interval, true)
			}
			for _, key := range r.ring.Keys() {
				if r.IntN(2) == 0 {
					r.revoked = append(r.revoked, oauthv1alpha1.KeyID(key.ID))
				}
			}
			for range 20 {
				r.now = r.now.Add(time.Second / 2)
				r.operate(interval, true)
			}
			for _, id := range r.revoked {
				if r.ring.Has("signing", string(id)) {
					t.Errorf("%s is revoked and there; the keys are %+v", id, r.ring.Keys())
				}
			}
			if len(r.ring.At("signing", r.now)) == 0 {
				t.Error("there is no key")
			}
		})
	}
}
