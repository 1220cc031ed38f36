package sweeper

import (
	"time"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/sweeper/owners"
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
	// suspect deletes it if its client, its user or the provider of that user does not exist at
	// the API server.
	suspect
)

// decide returns what becomes of an object at a time. Both its label and itself must
// say that it has expired: an object without a label that parses is not the
// sweeper's to delete, and a changed label deletes nothing.
//
// A Grant that is deleted forgets that its code was used, so none goes before its
// code has expired.
func decide(r record, there *owners.Owners, now time.Time) fate {
	end, ok := labelled(r.expires)
	switch {
	case r.leaving, !ok && !r.lasting && !r.forgotten(), r.young(now):
		return keep
	case r.forgotten():
		// It counts like none, and would keep the root key that sealed it.
		return expired
	case !r.lasting && now.After(end.Add(slack)) && now.After(r.expiresAt.Add(slack)):
		return expired
	case there.Lack(r.owner()), there.Forget(r.owner(), now):
		return suspect
	}
	return keep
}

// labelled returns the end of the minute or hour that a label names.
func labelled(expires string) (time.Time, bool) {
	if minute, err := time.Parse(sessionv1alpha1.ExpiresMinuteLayout, expires); err == nil {
		return minute.Add(time.Minute), true
	}
	hour, err := time.Parse(sessionv1alpha1.ExpiresLayout, expires)
	return hour.Add(time.Hour), err == nil
}

// young reports whether an object is a Grant whose code may not have expired.
func (r record) young(now time.Time) bool {
	return now.Before(r.issuedAt.Add(max(serverspec.MaxCode, serverspec.MaxDeviceCode) + slack))
}

// forgotten reports whether an object is an Enrollment whose factors were reset.
func (r record) forgotten() bool { return r.ended && r.kind == "Enrollment" }
