package assertions

import (
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4/json"
)

// maxTokenLifetime is how long the token of a workload elsewhere may be valid. It can be used
// all that time, whatever becomes of the workload.
const maxTokenLifetime = 24 * time.Hour

// For reports whether an assertion is for a server, by its issuer URL, and for no other. Any
// other service that a token is for could also use it.
func (c *Claims) For(issuer string) bool { return len(c.Audience) == 1 && c.Audience[0] == issuer }

// CurrentToken reports whether the token of a workload elsewhere is valid at a time: it ends
// within a day, has begun, and was not issued for longer than a day.
func (c *Claims) CurrentToken(now time.Time) bool {
	longest := maxTokenLifetime + leeway
	return c.Current(now) && !c.Expires().After(now.Add(longest)) &&
		(c.IssuedAt == nil || *c.ExpiresAt-*c.IssuedAt <= longest.Seconds())
}

// IsAbout reports whether the subject of an assertion is a text, or begins with it.
func (c *Claims) IsAbout(subject string, prefix bool) bool {
	return c.Subject == subject || prefix && strings.HasPrefix(c.Subject, subject)
}

// Has reports whether an assertion has all the claims, each as a string of that value.
func (a *Assertion) Has(claims map[string]string) bool {
	if len(claims) == 0 {
		return true
	}
	members := a.Members()
	for name, want := range claims {
		var value string
		if want == "" || json.Unmarshal(members[name], &value) != nil || value != want {
			return false
		}
	}
	return true
}
