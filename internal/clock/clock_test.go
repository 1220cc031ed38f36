package clock

import (
	"net/http"
	"testing"
	"time"
)

var noon = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

// apart is a clock that differs from the API server's, whose answers take a while.
type apart struct {
	real  time.Time
	by    time.Duration
	takes time.Duration
}

func (a *apart) now() time.Time { return a.real.Add(a.by) }

// RoundTrip answers half way.
func (a *apart) RoundTrip(*http.Request) (*http.Response, error) {
	a.real = a.real.Add(a.takes / 2)
	header := http.Header{"Date": {a.real.Format(http.TimeFormat)}}
	a.real = a.real.Add(a.takes - a.takes/2)
	return &http.Response{Header: header, Body: http.NoBody}, nil
}

// send sends a request to the API server.
func send(t *testing.T, c *Clock, a *apart) {
	t.Helper()
	response, err := c.Transport(a).RoundTrip(nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := response.Body.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestTheClockIsCorrected(t *testing.T) {
	for name, test := range map[string]struct {
		by, takes, least, most time.Duration
	}{
		"a clock that is right":                {},
		"within the resolution":                {by: 300 * time.Millisecond, least: -300 * time.Millisecond},
		"right, and answers take ten seconds":  {takes: 10 * time.Second},
		"half a minute ahead":                  {by: 30 * time.Second, least: -30 * time.Second, most: -29 * time.Second},
		"half a minute behind":                 {by: -30 * time.Second, least: 29 * time.Second, most: 30 * time.Second},
		"an hour ahead, and answers take long": {by: time.Hour, takes: 4 * time.Second, least: -time.Hour, most: -time.Hour + 5*time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			a := &apart{real: noon.Add(400 * time.Millisecond), by: test.by, takes: test.takes}
			c := New(a.now, func(time.Duration) {})
			for range 20 {
				send(t, c, a)
				a.real = a.real.Add(1700 * time.Millisecond)
			}
			if c.Offset() < test.least || c.Offset() > test.most {
				t.Errorf("the clock is corrected by %s", c.Offset())
			}
			if off := c.Now().Sub(a.real); off.Abs() > resolution+test.takes {
				t.Errorf("the corrected clock is off by %s", off)
			}
		})
	}
}

func TestAJumpIsCorrectedByTheNextAnswer(t *testing.T) {
	a, told := &apart{real: noon}, 0
	c := New(a.now, func(time.Duration) { told++ })
	for _, jump := range []time.Duration{time.Hour, -time.Hour, 5 * time.Minute, 0} {
		a.by = jump
		send(t, c, a)
		if off := c.Now().Sub(a.real); off.Abs() > resolution {
			t.Errorf("after a jump to %s the clock is off by %s", jump, off)
		}
		send(t, c, a)
	}
	if told != 4 {
		t.Errorf("%d corrections were told of 4", told)
	}
}

func TestAnAnswerWithoutADateChangesNothing(t *testing.T) {
	c := New(func() time.Time { return noon }, nil)
	for _, header := range []string{"", "yesterday", "0"} {
		c.observe(header, noon, noon)
	}
	if c.Offset() != 0 {
		t.Errorf("the clock is corrected by %s", c.Offset())
	}
}
