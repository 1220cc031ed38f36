package secret

import (
	"slices"
	"time"

	"github.com/grantor-dev/grantor/internal/credentials"
)

// unexpired returns the credentials that have not ended, as a new list.
func (f facts) unexpired() []credentials.Credential {
	return slices.DeleteFunc(slices.Clone(f.credentials), func(c credentials.Credential) bool { return !c.Valid(f.now) })
}

// waitsForCapacity returns when the next old value ends, if a plan drops one that still
// authenticates and that running pods may hold; else zero.
func (f facts) waitsForCapacity(p Plan) time.Time {
	if len(p.Credentials) < MaxCredentials {
		return time.Time{}
	}
	ending := func(list []credentials.Credential) (n int, first time.Time) {
		for _, c := range list {
			if c.ExpiresAt.IsZero() || c.Matches(f.client, p.Value) {
				continue
			}
			if n++; n == 1 || c.ExpiresAt.Before(first) {
				first = c.ExpiresAt
			}
		}
		return n, first
	}
	before, first := ending(f.unexpired())
	if after, _ := ending(p.Credentials); after >= before {
		return time.Time{}
	}
	return first
}

// hold returns what to do until a status can hold another digest: the value in the Secret
// stays if it authenticates, and nothing is written if not.
func (f facts) hold(p Plan, until time.Time) Plan {
	if f.current() >= 0 {
		return Plan{Value: f.value, Credentials: f.credentials, Full: until}
	}
	return Plan{Credentials: f.credentials, Change: p.Change, Full: until}
}

// Shortened returns the digests of a change that waits, with the ends that a shortened
// overlap gives them.
func (p Plan) Shortened(now time.Time, overlap time.Duration) []credentials.Credential {
	list := slices.Clone(p.Credentials)
	for i, c := range list {
		if !c.ExpiresAt.IsZero() {
			list[i] = c.ExpireAt(now.Add(overlap))
		}
	}
	return list
}
