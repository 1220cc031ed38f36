package assertions

import "time"

// leeway is how far the clocks of client and server may differ.
const leeway = time.Minute

// Current reports whether an assertion counts at a time: it has an end, which has not
// come, and it has begun. Its end is exact, so that nothing counts that a Mark may
// have forgotten.
func (c *Claims) Current(now time.Time) bool {
	at := float64(now.UnixNano()) / float64(time.Second)
	late := at + leeway.Seconds()
	return c.ExpiresAt != nil && *c.ExpiresAt > at &&
		(c.NotBefore == nil || *c.NotBefore <= late) && (c.IssuedAt == nil || *c.IssuedAt <= late)
}
