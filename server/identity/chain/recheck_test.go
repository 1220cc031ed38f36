package chain

import (
	"errors"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/internal/providerspec"
	"github.com/grantor-dev/grantor/server/identity/providers"
	"github.com/grantor-dev/grantor/server/identity/upstream"
)

// TestWhoseErrorItIs: what is wrong for one user keeps nobody else from being asked about.
func TestWhoseErrorItIs(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for sentence, test := range map[string]struct {
		err  error
		away bool
	}{
		"the provider's": {fmt.Errorf("ask: %w", upstream.Away(errors.New("503"))), true},
		"one user's":     {errors.New("the user has more than 1,000 groups"), false},
		"a slow user's":  {errSlow, false},
	} {
		s := New(Options{Log: slog.New(slog.DiscardHandler)})
		p := &providers.Provider{Name: "corp", Settings: providerspec.Settings{Interval: time.Hour, Tolerate: 24 * time.Hour}}
		s.failed(p, test.err, now)
		if away := s.rechecks.isAway("corp", now.Add(time.Second)); away != test.away {
			t.Errorf("%s: the provider is away: %t", sentence, away)
		}
		if s.rechecks.isAway("corp", now.Add(away)) || s.rechecks.isAway("github", now) {
			t.Errorf("%s: the provider is away for ever, or another one is", sentence)
		}
	}
}

// TestWhenAUserIsAskedAboutAgain: soon after a failure, within what is tolerated.
func TestWhenAUserIsAskedAboutAgain(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, test := range []struct{ interval, tolerate, want time.Duration }{
		{time.Hour, 24 * time.Hour, time.Minute},
		{24 * time.Hour, time.Hour, time.Minute},
		{24 * time.Hour, 2 * time.Minute, 30 * time.Second},
		{time.Hour, 0, 10 * time.Second},
		{time.Second, time.Hour, time.Second},
	} {
		s := New(Options{Log: slog.New(slog.DiscardHandler)})
		p := &providers.Provider{Name: "corp", Settings: providerspec.Settings{Interval: test.interval, Tolerate: test.tolerate}}
		if at := s.failed(p, errSlow, now); at.Sub(now) != test.want {
			t.Errorf("with interval %s and tolerate %s after %s", test.interval, test.tolerate, at.Sub(now))
		}
	}
}
