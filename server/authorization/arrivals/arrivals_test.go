package arrivals

import (
	"context"
	"errors"
	"net/http"
	"net/netip"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/server/authorization/attempts"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/storage"
)

// TestArrivals: a code is redeemed once for each attempt, and strangers cannot send many.
func TestArrivals(t *testing.T) {
	now := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	l := New(func() time.Time { return now })
	from := netip.MustParseAddr("192.0.2.1")
	arrive := func(state string, signsIn bool) error {
		arrival, err := l.Enter(t.Context(), &attempts.Attempt{State: state, Provider: "corp"}, from)
		if err == nil {
			arrival.Done(signsIn)
		}
		return err
	}
	state := storage.NewName()
	if err := arrive(state, true); err != nil {
		t.Fatal(err)
	}
	if err := arrive(state, true); !errors.Is(err, attempts.ErrUnknown) {
		t.Errorf("the same attempt again: %v", err)
	}
	for range 200 {
		if err := arrive(state, true); !errors.Is(err, attempts.ErrUnknown) {
			t.Fatalf("the same attempt many times: %v", err)
		}
	}
	for n := range 200 {
		if err := arrive(storage.NewName(), true); err != nil {
			t.Fatalf("sign-in %d: %v", n, err)
		}
	}
	var err error
	refused := 0
	for range 200 {
		if err = arrive(storage.NewName(), false); err != nil {
			refused++
		}
	}
	if spent, ok := errors.AsType[*httpx.Error](err); !ok || spent.Status != http.StatusTooManyRequests || spent.RetryAfter < 1 || refused < 200-perNetwork.Burst {
		t.Errorf("%d of 200 wrong codes were refused: %v", refused, err)
	}
	now = now.Add(time.Hour)
	if err := arrive(storage.NewName(), false); err != nil {
		t.Errorf("later: %v", err)
	}
}

// An attempt that was used up waits for no place, and one that got none can be tried again.
func TestUsedAttemptsTakeNoPlace(t *testing.T) {
	l := New(func() time.Time { return time.Unix(1000, 0) })
	from, used, late := netip.MustParseAddr("192.0.2.1"), &attempts.Attempt{State: "used", Provider: "corp"}, &attempts.Attempt{State: "late", Provider: "corp"}
	first, err := l.Enter(t.Context(), used, from)
	if err != nil {
		t.Fatal(err)
	}
	for range codesAtOnce - 1 {
		if _, err := l.Enter(t.Context(), &attempts.Attempt{State: storage.NewName(), Provider: "corp"}, from); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := l.Enter(ctx, used, from); !errors.Is(err, attempts.ErrUnknown) {
		t.Errorf("the same attempt again: %v", err)
	}
	if _, err := l.Enter(ctx, late, from); err == nil || errors.Is(err, attempts.ErrUnknown) {
		t.Errorf("another finds a place: %v", err)
	}
	first.Done(true)
	if _, err := l.Enter(t.Context(), late, from); err != nil {
		t.Errorf("it is tried again: %v", err)
	}
}
