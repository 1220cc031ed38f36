package local

import "time"

// clock is a clock that the test moves between what it does.
type clock struct{ now time.Time }

func newClock() *clock { return &clock{time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)} }

func (c *clock) Now() time.Time { return c.now }

func (c *clock) forward(d time.Duration) { c.now = c.now.Add(d) }
