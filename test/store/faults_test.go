package store

import (
	"errors"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/server/storage/grants"
)

// refusals are the ways in which an API server does not do what it is asked.
var refusals = map[string]devenv.Fault{
	"internal error":    devenv.Refuse(500, metav1.StatusReasonInternalError, "no"),
	"unavailable":       devenv.Refuse(503, metav1.StatusReasonServiceUnavailable, "no"),
	"too many requests": devenv.Refuse(429, metav1.StatusReasonTooManyRequests, "no"),
	"a timeout":         devenv.Refuse(504, metav1.StatusReasonTimeout, "no"),
	"forbidden":         devenv.Refuse(403, metav1.StatusReasonForbidden, "no"),
	"conflict":          devenv.Refuse(409, metav1.StatusReasonConflict, "no"),
	"broken off":        devenv.Drop(),
}

// mustBeUnknown checks that an error claims nothing about what is stored.
func mustBeUnknown(t testing.TB, what string, err error) {
	t.Helper()
	if err == nil || errors.Is(err, grants.ErrUsed) || errors.Is(err, grants.ErrLost) || errors.Is(err, grants.ErrGone) || errors.Is(err, grants.ErrVoid) {
		t.Errorf("%s: %v", what, err)
	}
}

func TestRefusedWritesAreNoSuccess(t *testing.T) {
	t.Parallel()
	r, beside, proxy := faulty(t)
	for name, fault := range refusals {
		t.Run(name, func(t *testing.T) {
			code, stored := newCode(), created(t, beside)
			proxy.SetHook(devenv.When(writes("grants"), fault))
			mustBeUnknown(t, "create", r.grants.Create(t.Context(), begin(code), time.Now()))
			mustBeUnknown(t, "update", r.grants.Update(t.Context(), stored.Next(lifetimes, time.Now())))
			mustBeUnknown(t, "revoke", r.grants.Revoke(t.Context(), stored.Name))
			proxy.SetHook(nil)
			mustBeGone(t, beside, code.Grant)
			if g := found(t, beside, stored.Name); g.Generation != 1 || g.Revoked {
				t.Errorf("stored is %+v", g)
			}
			// The same can be done later.
			if err := r.grants.Create(t.Context(), begin(code), time.Now()); err != nil {
				t.Errorf("create, later: %v", err)
			}
			if err := r.grants.Update(t.Context(), stored.Next(lifetimes, time.Now())); err != nil {
				t.Errorf("update, later: %v", err)
			}
		})
	}
}

func TestRefusedReadsAreNoAnswer(t *testing.T) {
	t.Parallel()
	r, beside, proxy := faulty(t)
	stored := created(t, beside)
	for name, fault := range refusals {
		t.Run(name, func(t *testing.T) {
			proxy.SetHook(devenv.When(reads("grants"), fault))
			defer proxy.SetHook(nil)
			g, err := r.grants.Find(t.Context(), stored.Name)
			if mustBeUnknown(t, "find", err); g != nil {
				t.Errorf("found %+v", g)
			}
			mustBeUnknown(t, "revoke", r.grants.Revoke(t.Context(), stored.Name))
			_, err = r.grants.Of(t.Context(), stored.Subject)
			mustBeUnknown(t, "list", err)
		})
	}
	if found(t, beside, stored.Name).Revoked {
		t.Error("it was revoked")
	}
}

// One failure is tried again at once.
func TestOneRefusalOfAWriteIsSurvived(t *testing.T) {
	t.Parallel()
	r, beside, proxy := faulty(t)
	for name, fault := range refusals {
		t.Run(name, func(t *testing.T) {
			code := newCode()
			proxy.SetHook(devenv.Nth(1, writes("grants"), fault))
			if err := r.grants.Create(t.Context(), begin(code), time.Now()); err != nil {
				t.Errorf("create: %v", err)
			}
			proxy.SetHook(devenv.Nth(1, writes("grants"), fault))
			if err := r.grants.Update(t.Context(), found(t, beside, code.Grant).Next(lifetimes, time.Now())); err != nil {
				t.Errorf("update: %v", err)
			}
			proxy.SetHook(nil)
			if g := found(t, beside, code.Grant); g.Generation != 2 {
				t.Errorf("stored is %+v", g)
			}
		})
	}
}

func TestLostAnswersAreRecognised(t *testing.T) {
	t.Parallel()
	r, beside, proxy := faulty(t)
	code := newCode()
	mine := begin(code)
	proxy.SetHook(devenv.Nth(1, writes("grants"), devenv.LoseAnswer(nil)))
	if err := r.grants.Create(t.Context(), mine, time.Now()); err != nil {
		t.Fatalf("create: %v", err)
	}
	g := found(t, beside, code.Grant)
	if tokenOf(t, beside, g) != tokenOf(t, r, mine) {
		t.Error("stored is another Grant")
	}
	next := g.Next(lifetimes, time.Now())
	proxy.SetHook(devenv.Nth(1, writes("grants"), devenv.LoseAnswer(nil)))
	if err := r.grants.Update(t.Context(), next); err != nil {
		t.Fatalf("update: %v", err)
	}
	if g = found(t, beside, code.Grant); g.Generation != 2 || tokenOf(t, beside, g) != tokenOf(t, r, next) {
		t.Errorf("stored is %+v", g)
	}
	proxy.SetHook(devenv.Nth(1, writes("grants"), devenv.LoseAnswer(nil)))
	if err := r.grants.Revoke(t.Context(), code.Grant); err != nil {
		if err = r.grants.Revoke(t.Context(), code.Grant); err != nil {
			t.Fatalf("revoke, once more: %v", err)
		}
	}
	if !found(t, beside, code.Grant).Revoked {
		t.Error("it is not revoked")
	}
}

// If even the second answer is lost nobody knows what is stored, and nothing else
// is said. Whoever asks again finds it.
func TestAllAnswersAreLost(t *testing.T) {
	t.Parallel()
	r, beside, proxy := faulty(t)
	code := newCode()
	proxy.SetHook(devenv.When(writes("grants"), devenv.LoseAnswer(nil)))
	mustBeUnknown(t, "create", r.grants.Create(t.Context(), begin(code), time.Now()))
	g := found(t, beside, code.Grant)
	mustBeUnknown(t, "update", r.grants.Update(t.Context(), g.Next(lifetimes, time.Now())))
	proxy.SetHook(nil)
	if err := r.grants.Create(t.Context(), begin(code), time.Now()); !errors.Is(err, grants.ErrUsed) {
		t.Errorf("another redemption: %v", err)
	}
	again := found(t, r, code.Grant)
	if again.Generation != 2 || again.Use(1, 10*time.Second, time.Now()) != grants.UseAgain {
		t.Errorf("stored is %+v", again)
	}
}

// Between a write and the second try of which the answer is seen, others go on.
func TestOthersGoOnWhileAnAnswerIsLost(t *testing.T) {
	t.Parallel()
	r, beside, proxy := faulty(t)
	then := func(do func(name string) error, name string) {
		proxy.SetHook(devenv.Nth(1, writes("grants"), devenv.LoseAnswer(func() {
			if err := do(name); err != nil {
				t.Errorf("meanwhile: %v", err)
			}
		})))
	}
	refresh := func(name string) error {
		g, err := beside.grants.Find(t.Context(), name)
		if err != nil {
			return err
		}
		return beside.grants.Update(t.Context(), g.Next(lifetimes, time.Now()))
	}
	g := created(t, beside)
	then(refresh, g.Name)
	if err := r.grants.Update(t.Context(), g.Next(lifetimes, time.Now())); !errors.Is(err, grants.ErrLost) {
		t.Errorf("update before another refresh: %v", err)
	}
	if stored := found(t, beside, g.Name); stored.Generation != 3 {
		t.Errorf("stored is %+v", stored)
	}
	code := newCode()
	then(func(name string) error { return beside.grants.Revoke(t.Context(), name) }, code.Grant)
	err := r.grants.Create(t.Context(), begin(code), time.Now())
	if !found(t, beside, code.Grant).Revoked {
		t.Errorf("create before a revocation: %v, and it is not revoked", err)
	}
}

// An API server that takes every write and answers none must not cost the session:
// whoever was told to come back does so within the grace of the write.
func TestWritesHang(t *testing.T) {
	t.Parallel()
	r, beside, proxy := faulty(t)
	code, g, revoked := newCode(), created(t, beside), created(t, beside)
	proxy.SetHook(devenv.When(writes("grants"), hang))
	ended := together(3, func(i int) time.Time {
		mustBeUnknown(t, "a write that hangs", []func() error{
			func() error { return r.grants.Create(t.Context(), begin(code), time.Now()) },
			func() error { return r.grants.Update(t.Context(), g.Next(lifetimes, time.Now())) },
			func() error { return r.grants.Revoke(t.Context(), revoked.Name) },
		}[i]())
		return time.Now()
	})
	if use := found(t, beside, g.Name).Use(1, 10*time.Second, ended[1]); use != grants.UseAgain {
		t.Errorf("the refresh token meant %d then", use)
	}
}
