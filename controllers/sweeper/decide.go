package sweeper

import (
	"time"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	"github.com/grantor-dev/grantor/internal/serverspec"
)

const (
	// slack is how much longer than necessary everything is kept, for clocks that
	// differ.
	slack = 5 * time.Minute
)

// fate is what becomes of an object.
type fate int

const (
	// keep leaves it alone.
	keep fate = iota
	// expired deletes it.
	expired
	// suspect deletes it if its client or user does not exist at the API server.
	suspect
)

// decide returns what becomes of an object at a time. Both its label and itself must
// say that it has expired: an object without a label that parses is not the
// sweeper's to delete, and a changed label deletes nothing.
//
// A Grant that is deleted forgets that its code was used, so none goes before its
// code has expired.
func decide(r record, there *existing, now time.Time) fate {
	hour, err := time.Parse(sessionv1alpha1.ExpiresLayout, r.expires)
	switch {
	case r.leaving, err != nil, now.Before(r.issuedAt.Add(serverspec.MaxCode + slack)):
		return keep
	case now.After(hour.Add(time.Hour+slack)) && now.After(r.expiresAt.Add(slack)):
		return expired
	case there.lacks(r):
		return suspect
	}
	return keep
}
