package assertions

import (
	"slices"
	"time"
	"unicode/utf8"
)

const (
	// maxLifetime is how far ahead an assertion may expire: so long its use is remembered.
	maxLifetime = 5 * time.Minute
	// maxID is the length of the longest jti in characters.
	maxID = 128
)

// ByClient reports whether an assertion says what one that a client signed must say (RFC
// 7523 section 3): it is by the client and about it, for the given names of this server
// and no other server, byte for byte, and it ends soon and has an id, so that it can
// count once.
func (a *Assertion) ByClient(id string, audiences []string, now time.Time) bool {
	c := &a.Claims
	return c.Issuer == id && c.Subject == id &&
		len(c.Audience) > 0 && !slices.ContainsFunc(c.Audience, func(name string) bool { return !slices.Contains(audiences, name) }) &&
		c.ID != "" && utf8.RuneCountInString(c.ID) <= maxID &&
		c.Current(now) && !c.Expires().After(now.Add(maxLifetime+leeway))
}

// Expires returns the end of an assertion that has one, in seconds that fit a Mark.
func (c *Claims) Expires() time.Time {
	const latest = 1 << 40
	return time.Unix(int64(min(*c.ExpiresAt, latest)), 0).Add(time.Second)
}
