package store

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/internal/keyring"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/keys/keystest"
	"github.com/grantor-dev/grantor/server/storage"
	"github.com/grantor-dev/grantor/server/storage/consents"
	"github.com/grantor-dev/grantor/server/storage/marks"
)

// switching returns two replicas in the middle of a rotation: one has taken the next root
// key into use, the other has only loaded it.
func switching(t testing.TB) (behind, ahead *replica) {
	t.Helper()
	ring, err := keyring.Generate(time.Now().Add(-time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	next, err := keyring.Stage(keyring.Kind{Use: oauthv1alpha1.KeyUseRoot}, time.Now(), time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	replicaWith := func(ring keyring.Ring) *replica {
		return newReplica(t, keystest.Load(t, ring), devenv.ServiceAccountOptions{})
	}
	behind = replicaWith(ring.With(next))
	next.Staged, next.ActiveFrom = false, time.Now().Add(-time.Second)
	return behind, replicaWith(ring.With(next))
}

// atOnce calls f for both replicas at the same time.
func atOnce(one, other *replica, f func(*replica)) {
	together(2, func(i int) struct{} {
		f([]*replica{one, other}[i])
		return struct{}{}
	})
}

// Looking for old uses first would not help here: both look, and both find none.
func TestAnAssertionCountsOnceInTheMiddleOfARotation(t *testing.T) {
	t.Parallel()
	behind, ahead := switching(t)
	for range 50 {
		id := storage.NewName()
		var used atomic.Int32
		atOnce(behind, ahead, func(r *replica) {
			err := r.marks.Use(t.Context(), "client-uid", id, time.Now().Add(time.Minute))
			if err == nil {
				used.Add(1)
			} else if !errors.Is(err, marks.ErrUsed) {
				t.Error(err)
			}
		})
		if used.Load() != 1 {
			t.Fatalf("it counted %d times", used.Load())
		}
	}
}

func TestARevokedTokenIsRevokedInTheMiddleOfARotation(t *testing.T) {
	t.Parallel()
	behind, ahead := switching(t)
	for _, pair := range [][2]*replica{{behind, ahead}, {ahead, behind}} {
		id := storage.NewName()
		if err := pair[0].marks.Revoke(t.Context(), "client-uid", id, time.Now().Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		if is, err := pair[1].marks.Revoked(t.Context(), id); err != nil || !is {
			t.Errorf("at the other replica it is %v, %v", is, err)
		}
	}
}

// Two replicas that refresh one Grant, or answer a refresh again, give one successor.
func TestOneSuccessorInTheMiddleOfARotation(t *testing.T) {
	t.Parallel()
	behind, ahead := switching(t)
	for _, first := range []*replica{behind, ahead} {
		g := created(t, first)
		var tokens sync.Map
		var stored atomic.Int32
		atOnce(behind, ahead, func(r *replica) {
			next := found(t, r, g.Name).Next(lifetimes, time.Now())
			tokens.Store(tokenOf(t, r, next), true)
			if r.grants.Update(t.Context(), next) == nil {
				stored.Add(1)
			}
		})
		for _, r := range []*replica{behind, ahead} {
			tokens.Store(tokenOf(t, r, found(t, r, g.Name)), true)
		}
		different := 0
		tokens.Range(func(any, any) bool { different++; return true })
		if stored.Load() < 1 || different != int(stored.Load()) {
			t.Errorf("%d refreshes gave %d different successors", stored.Load(), different)
		}
	}
}

func TestOneConsentInTheMiddleOfARotation(t *testing.T) {
	t.Parallel()
	behind, ahead := switching(t)
	for round := range 10 {
		subject, now := "local:"+storage.NewName(), time.Now()
		atOnce(behind, ahead, func(r *replica) {
			wanted := consents.Consent{Subject: subject, ClientID: "team.app", ClientUID: "uid", Access: consents.Access{Scopes: []string{"openid"}}}
			if err := r.consents.Allow(t.Context(), nil, wanted, now); err != nil {
				t.Error(err)
			}
		})
		one, other := behind, ahead
		if round%2 == 1 {
			one, other = ahead, behind
		}
		all, err := one.consents.Of(t.Context(), subject, now)
		if err != nil || len(all) != 1 {
			t.Fatalf("there are %d Consents, %v", len(all), err)
		}
		if err := one.consents.Withdraw(t.Context(), subject, "uid", now); err != nil {
			t.Fatal(err)
		}
		if c, err := other.consents.Find(t.Context(), subject, "uid"); err != nil || c.Covers(consents.Access{Scopes: []string{"openid"}}, now) {
			t.Errorf("a Consent that was withdrawn counts at the other replica, %v", err)
		}
	}
}

func TestALoginCountsInTheMiddleOfARotation(t *testing.T) {
	t.Parallel()
	behind, ahead := switching(t)
	for _, pair := range [][2]*replica{{behind, ahead}, {ahead, behind}} {
		subject, now := "local:"+storage.NewName(), time.Now()
		l, err := pair[0].logins.SignIn(t.Context(), nil, &identity.Authentication{Person: &identity.Person{Subject: subject, UID: "user-uid"}}, time.Hour, now)
		if err != nil {
			t.Fatal(err)
		}
		cookie, err := pair[0].logins.Cookie(l)
		if err != nil {
			t.Fatal(err)
		}
		if found, err := pair[1].logins.Named(t.Context(), cookie, now); err != nil || found == nil || found.Name != l.Name || found.Subject != subject {
			t.Errorf("the cookie names %+v, %v", found, err)
		}
		if all, err := pair[1].logins.Of(t.Context(), subject, now); err != nil || len(all) != 1 {
			t.Errorf("the person has %d Logins, %v", len(all), err)
		}
	}
}
