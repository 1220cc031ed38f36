package inprocess

import (
	"log/slog"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"k8s.io/client-go/rest"

	"github.com/grantor-dev/grantor/test/installation"
)

// Clock is that of a replica and, as far as the replica can tell, of the API server.
type Clock struct{ offset atomic.Int64 }

// Now returns the time.
func (c *Clock) Now() time.Time { return time.Now().Add(c.by()) }

func (c *Clock) by() time.Duration { return time.Duration(c.offset.Load()) }

// Turn lets some time pass, and waits until the replica knows again that it has what the API
// server has.
func (c *Clock) Turn(t testing.TB, by time.Duration, r *Replica) {
	t.Helper()
	c.offset.Add(int64(by))
	r.Ready(t)
}

// StartWithClock starts a replica of an installation that logs nothing, and whose clock the test
// turns.
func StartWithClock(t testing.TB, g *installation.Installation) (*Clock, *Replica) {
	t.Helper()
	clock := &Clock{}
	return clock, Start(t, Options{Kubeconfig: Kubeconfig(g), Level: slog.LevelError + 1, Now: clock.Now, Change: clock.Wrap})
}

// Wrap makes a replica read the clock from the API server's answers.
func (c *Clock) Wrap(config *rest.Config) {
	config.Wrap(func(next http.RoundTripper) http.RoundTripper { return &turned{c, next} })
}

// turned is a transport whose answers have the date of a Clock, and whose watches begin again
// each second: a replica knows that its copies are new when a watch begins.
type turned struct {
	clock *Clock
	next  http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (t *turned) RoundTrip(r *http.Request) (*http.Response, error) {
	if query := r.URL.Query(); query.Get("watch") != "" {
		query.Set("timeoutSeconds", "1")
		r = r.Clone(r.Context())
		r.URL.RawQuery = query.Encode()
	}
	response, err := t.next.RoundTrip(r)
	if err != nil {
		return response, err
	}
	if date, err := http.ParseTime(response.Header.Get("Date")); err == nil {
		response.Header.Set("Date", date.Add(t.clock.by()).UTC().Format(http.TimeFormat))
	}
	return response, nil
}

// WrappedRoundTripper lets client-go find the transport inside.
func (t *turned) WrappedRoundTripper() http.RoundTripper { return t.next }
