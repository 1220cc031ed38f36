package clock

import (
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"
)

// resolution is that of the header Date (RFC 9110 section 5.6.7).
const resolution = time.Second

// Clock is the own clock with a correction: the smallest that agrees with the header Date
// of what the API server answered. A clock that is right stays as it is, however slow the
// API server is; one that is wrong, or jumps, is corrected by the next answer.
type Clock struct {
	now    func() time.Time
	start  time.Time
	offset atomic.Int64
	// changed is told of corrections that matter.
	changed func(offset time.Duration)
}

// noticeable is by how much a correction must change to be told.
const noticeable = 5 * time.Second

// Report returns what logs corrections that matter.
func Report(log *slog.Logger) func(offset time.Duration) {
	return func(offset time.Duration) {
		log.Warn("the clock of this program and that of the API server differ; the API server's counts", "offset", offset.String())
	}
}

// New returns a clock that is not corrected yet, and tells changed by how much it is
// corrected, whenever that changes by more than five seconds. The time since then is
// measured without the wall clock where now is time.Now, so a jump of the wall clock changes
// nothing.
func New(now func() time.Time, changed func(offset time.Duration)) *Clock {
	return &Clock{now: now, start: now(), changed: changed}
}

// Now returns the corrected time.
func (c *Clock) Now() time.Time { return c.own().Add(c.Offset()) }

// Earlier returns the corrected time or the own one, whichever is earlier: for what cannot
// be undone if the API server's clock was wrong.
func (c *Clock) Earlier() time.Time { return c.own().Add(min(c.Offset(), 0)) }

// Offset returns the correction: positive where the own clock is behind.
func (c *Clock) Offset() time.Duration { return time.Duration(c.offset.Load()) }

func (c *Clock) own() time.Time { return c.start.Add(c.now().Sub(c.start)) }

// Transport returns a transport that corrects the clock with each answer.
func (c *Clock) Transport(next http.RoundTripper) http.RoundTripper { return &transport{c, next} }

type transport struct {
	clock *Clock
	next  http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	sent := t.clock.own()
	response, err := t.next.RoundTrip(r)
	if err == nil {
		t.clock.observe(response.Header.Get("Date"), sent, t.clock.own())
	}
	return response, err
}

// WrappedRoundTripper lets client-go find the transport inside.
func (t *transport) WrappedRoundTripper() http.RoundTripper { return t.next }

// observe corrects the clock by one answer: its date, cut to seconds, lies between the
// times at which the request was sent and the answer received.
func (c *Clock) observe(header string, sent, received time.Time) {
	date, err := http.ParseTime(header)
	if err != nil {
		return
	}
	least, most := date.Sub(wall(received)), date.Add(resolution).Sub(wall(sent))
	for {
		old := c.offset.Load()
		offset := min(max(time.Duration(old), least), most)
		if int64(offset) == old {
			return
		}
		if c.offset.CompareAndSwap(old, int64(offset)) {
			if (offset - time.Duration(old)).Abs() > noticeable {
				c.changed(offset)
			}
			return
		}
	}
}

// wall returns a time without its monotonic reading.
func wall(t time.Time) time.Time { return t.Round(0) }
