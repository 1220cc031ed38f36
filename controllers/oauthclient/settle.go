package oauthclient

import (
	"slices"
	"time"

	"github.com/grantor-dev/grantor/internal/credentials"
)

// patience is how long another operator that published a digest has to write its
// value; without it, two operators would outdo each other for ever.
const patience = 5 * time.Second

// replaces reports whether a plan puts another value in the place of one that
// authenticates, and for long. Such a value can wait for the replicas; one that does
// not authenticate is replaced at once, and so is one that is lost.
func replaces(f facts, p plan) bool {
	match := f.current()
	return match >= 0 && f.credentials[match].ExpiresAt.IsZero() && p.value != "" && p.value != f.value
}

// othersTurn returns how long to wait for another operator, or a former self that
// died, which published a newer digest than that of the present value.
func (f facts) othersTurn(match int) time.Duration {
	if match == 0 || f.isPending() {
		return 0
	}
	return max(0, f.credentials[0].CreatedAt.Add(patience).Sub(f.now))
}

// follow is the policy for a value that somebody else keeps: it is published and
// written as it is given, and nothing is ever made in its place. A value that was in
// use before counts as new, so that its end is lifted.
func (f facts) follow() plan {
	isGiven := func(c credentials.Credential) bool { return c.Matches(f.client, f.given) }
	if len(f.credentials) > 0 && f.credentials[0].ExpiresAt.IsZero() && isGiven(f.credentials[0]) {
		return plan{value: f.given, credentials: f.credentials}
	}
	former := slices.DeleteFunc(f.standing(), isGiven)
	return plan{
		value:       f.given,
		credentials: limit(append([]credentials.Credential{f.digest(f.given)}, former...)),
		change:      changeFollowed,
	}
}

// leaveFor ends a pass that another one goes on with.
func (p *pass) leaveFor(d time.Duration) {
	p.unfinished = true
	p.requeueAfter(d)
}
