package store

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/server/storage"
	"github.com/grantor-dev/grantor/server/storage/grants"
)

func TestGrantIsFoundAsItWasCreated(t *testing.T) {
	t.Parallel()
	r := replicas(t, 2)
	g := created(t, r[0])
	if g.Generation != 1 || g.Revoked || g.ClientID != "team.app" || len(g.Scopes) != 2 || g.Login == "" {
		t.Errorf("found %+v", g)
	}
	if other := found(t, r[1], g.Name); tokenOf(t, r[1], other) != tokenOf(t, r[0], g) {
		t.Error("another replica makes another refresh token of it")
	}
	if _, err := r[0].grants.Find(t.Context(), storage.NewName()); !errors.Is(err, grants.ErrGone) {
		t.Errorf("a name that nothing has: %v", err)
	}
	if _, err := replicas(t, 1)[0].grants.Find(t.Context(), g.Name); !errors.Is(err, grants.ErrVoid) {
		t.Errorf("a server with other keys: %v", err)
	}
}

func TestCodeIsRedeemedOnce(t *testing.T) {
	t.Parallel()
	r := replicas(t, 2)
	code := newCode()
	first := begin(code)
	if err := r[0].grants.Create(t.Context(), first, time.Now()); err != nil {
		t.Fatal(err)
	}
	for name, replica := range map[string]*replica{"the same replica": r[0], "another replica": r[1]} {
		if err := replica.grants.Create(t.Context(), begin(code), time.Now()); !errors.Is(err, grants.ErrUsed) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if tokenOf(t, r[0], found(t, r[0], code.Grant)) != tokenOf(t, r[0], first) {
		t.Error("what is stored is not what the first redemption made")
	}
}

func TestSixteenRedemptionsOfOneCode(t *testing.T) {
	t.Parallel()
	r := replicas(t, 3)
	for range 10 {
		code := newCode()
		attempts := make([]*grants.Grant, ways)
		errs := together(ways, func(i int) error {
			attempts[i] = begin(code)
			return r[i%len(r)].grants.Create(t.Context(), attempts[i], time.Now())
		})
		winner := theOne(t, errs, grants.ErrUsed)
		if tokenOf(t, r[0], found(t, r[0], code.Grant)) != tokenOf(t, r[0], attempts[winner]) {
			t.Error("the winner is not what is stored")
		}
	}
}

// theOne returns who succeeded, and checks that all others got the error.
func theOne(t testing.TB, errs []error, others error) int {
	t.Helper()
	winner, winners := -1, 0
	for i, err := range errs {
		switch {
		case err == nil:
			winner = i
			winners++
		case !errors.Is(err, others):
			t.Errorf("%d got %v", i, err)
		}
	}
	if winners != 1 {
		t.Fatalf("%d succeeded: %v", winners, errs)
	}
	return winner
}

func TestSixteenRefreshesOfOneGeneration(t *testing.T) {
	t.Parallel()
	r := replicas(t, 3)
	g := created(t, r[0])
	for generation := int64(2); generation < 12; generation++ {
		errs := together(ways, func(i int) error {
			return r[i%len(r)].grants.Update(t.Context(), g.Next(lifetimes, time.Now()))
		})
		theOne(t, errs, grants.ErrLost)
		next := found(t, r[0], g.Name)
		if next.Generation != generation || next.Use(generation-1, 10*time.Second, time.Now()) != grants.UseAgain {
			t.Fatalf("stored is %+v", next)
		}
		g = next
	}
}

// A revocation is done when it says so, however many refresh at the same time, and
// nothing comes after it.
func TestRevocationAmongSixteenRefreshes(t *testing.T) {
	t.Parallel()
	r := replicas(t, 3)
	for range 5 {
		name := created(t, r[0]).Name
		begun := make(chan struct{}, ways)
		revoked := make(chan int64, 1)
		go func() {
			defer close(revoked)
			for range 4 {
				<-begun
			}
			if err := r[0].grants.Revoke(t.Context(), name); err != nil {
				t.Errorf("revoke: %v", err)
				return
			}
			if g := found(t, r[1], name); g.Revoked {
				revoked <- g.Generation
			}
		}()
		last := together(ways, func(i int) int64 { return refreshUntilRevoked(t, r[i%len(r)], name, begun) })
		end, ok := <-revoked
		if !ok {
			t.Fatal("it is not revoked")
		}
		for _, generation := range last {
			if generation > end {
				t.Errorf("generation %d was stored after the revocation of generation %d", generation, end)
			}
		}
		if g := found(t, r[2], name); !g.Revoked || g.Generation != end {
			t.Errorf("stored is %+v", g)
		}
	}
}

// refreshUntilRevoked returns the last generation that was stored by the caller.
func refreshUntilRevoked(t testing.TB, r *replica, name string, begun chan<- struct{}) (last int64) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); {
		g, err := r.grants.Find(t.Context(), name)
		if err != nil {
			t.Errorf("find: %v", err)
			return last
		}
		if g.Revoked {
			return last
		}
		next := g.Next(lifetimes, time.Now())
		switch err := r.grants.Update(t.Context(), next); {
		case err == nil:
			last = next.Generation
			select {
			case begun <- struct{}{}:
			default:
			}
		case !errors.Is(err, grants.ErrLost):
			t.Errorf("update: %v", err)
			return last
		}
	}
	t.Error("never revoked")
	return last
}

func TestRevokingTwiceOrNothing(t *testing.T) {
	t.Parallel()
	r := replicas(t, 1)[0]
	g := created(t, r)
	for range 2 {
		if err := r.grants.Revoke(t.Context(), g.Name); err != nil {
			t.Error(err)
		}
	}
	if !found(t, r, g.Name).Revoked {
		t.Error("it is not revoked")
	}
	if err := r.grants.Update(t.Context(), g.Next(lifetimes, time.Now())); !errors.Is(err, grants.ErrLost) {
		t.Errorf("a refresh that began before: %v", err)
	}
	if err := r.grants.Revoke(t.Context(), storage.NewName()); err != nil {
		t.Errorf("one that does not exist: %v", err)
	}
}

// What a person has is found by a keyed label, and what was revoked is not.
func TestGrantsOfAUser(t *testing.T) {
	t.Parallel()
	r := replicas(t, 1)[0]
	alive, ended := created(t, r), begin(newCode())
	ended.Subject = alive.Subject
	if err := errors.Join(r.grants.Create(t.Context(), ended, time.Now()), r.grants.Revoke(t.Context(), ended.Name)); err != nil {
		t.Fatal(err)
	}
	created(t, r)
	if list, err := r.grants.Of(t.Context(), alive.Subject); err != nil || len(list) != 1 {
		t.Errorf("found %v, %v", list, err)
	}
}

// net/http ends a request's context when the client has closed its side; a step
// that was begun ends all the same.
func TestStepsOutliveTheContextOfTheRequest(t *testing.T) {
	t.Parallel()
	r := replicas(t, 1)[0]
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	g := begin(newCode())
	if err := r.grants.Create(ctx, g, time.Now()); err != nil {
		t.Fatal(err)
	}
	if err := r.grants.Revoke(ctx, g.Name); err != nil || !found(t, r, g.Name).Revoked {
		t.Errorf("revoke: %v", err)
	}
}
