package plan

import (
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/schedule"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/state"
)

// Step is what is to be done about an OAuthToken.
type Step int

const (
	// Rest does nothing until a time.
	Rest Step = iota
	// Ask requests a token with client_credentials.
	Ask
	// Refresh spends the refresh token.
	Refresh
	// Redeem spends the code of a handover.
	Redeem
	// Abandon ends a handover whose code may have been spent.
	Abandon
	// Authorize waits for a person.
	Authorize
)

// Facts are what decides about the next step.
type Facts struct {
	Now         time.Time
	Grant       oauthv1alpha1.TokenGrant
	State       state.State
	Fingerprint string
	UID         string
	// Handover is the ID of the present one; empty if there is none.
	Handover string
	// Holder is the name of this process, and Unspent says that the attempt in the state is
	// its own and spent nothing.
	Holder  string
	Unspent bool
	// Sent is when the last token request was sent.
	Sent time.Time
	// Seen is when the attempt in the state was seen first.
	Seen time.Time
	// NotBefore is the end of the pause after failures.
	NotBefore time.Time
}

// Decision is what to do: a step now, or to rest until a time; zero is until something
// changes.
type Decision struct {
	Step  Step
	Until time.Time
	// Reason is why a person must authorize, or a code that is there must be redeemed.
	Reason string
	// Next is when the token is replaced; zero if it cannot be.
	Next time.Time
}

// Again is the next step at once, in another reconcile.
func Again(now time.Time) Decision { return Decision{Until: now} }

const (
	// AttemptTimeout bounds an attempt, from before its mark is stored to the end of the answer.
	AttemptTimeout = 15 * time.Second
	// Storing is how long an answer is tried to be stored at a time. A manager that stops
	// waits for that; what could not be stored is stored by a later reconcile.
	Storing = 25 * time.Second
)

// Takeover is how long nothing is sent after an attempt of another process was seen first:
// longer than that process sends, and then stores an answer.
const Takeover = AttemptTimeout + Storing + 5*time.Second

// Decide returns the next step.
func Decide(f Facts) Decision {
	if f.Grant == oauthv1alpha1.TokenGrantClientCredentials {
		return f.withoutPerson()
	}
	d := f.withPerson()
	if f.Handover == "" || f.Handover == f.State.Handover {
		return d
	}
	handed := f.handedOver()
	handed.Reason = d.Reason
	return handed
}

// withPerson decides about a token that a person authorizes, without a code.
func (f Facts) withPerson() Decision {
	switch s := f.State; {
	case s.Ended != "" && (s.EndedFor == "" || s.EndedFor == f.Fingerprint):
		return Decision{Step: Authorize, Reason: s.Ended}
	case s.Fingerprint == "":
		return Decision{Step: Authorize, Reason: oauthv1alpha1.ReasonAuthorizationRequired}
	case s.Fingerprint != f.Fingerprint:
		return Decision{Step: Authorize, Reason: oauthv1alpha1.ReasonSpecChanged}
	case s.RefreshToken == "" && !s.Valid(f.Now):
		return Decision{Step: Authorize, Reason: oauthv1alpha1.ReasonNoRefreshToken}
	case s.RefreshToken == "":
		return Decision{Until: f.dueOrEnd()}
	}
	return f.due(Refresh)
}

// withoutPerson decides about client_credentials, where a request spends nothing.
func (f Facts) withoutPerson() Decision {
	if f.State.Fingerprint != f.Fingerprint || !f.State.Valid(f.Now) {
		return f.when(Ask, f.paced(f.Now))
	}
	return f.due(Ask)
}

// due decides about a token that can be replaced.
func (f Facts) due(how Step) Decision {
	s := f.State
	at := f.paced(schedule.Next(s.IssuedAt, s.ExpiresAt, schedule.Spread(f.UID, s.IssuedAt)))
	d := f.when(how, at)
	d.Next = at
	if d.Until.After(at) {
		d.Next = d.Until
	}
	return d
}

// paced returns a time, or a later one if the last token request was sent just before it.
func (f Facts) paced(at time.Time) time.Time {
	if least := f.Sent.Add(schedule.LeastInterval); !f.Sent.IsZero() && least.After(at) {
		return least
	}
	return at
}

// when takes a step at a time, unless there is a pause, or another process may be at it.
func (f Facts) when(how Step, at time.Time) Decision {
	if f.NotBefore.After(at) {
		at = f.NotBefore
	}
	if attempt := f.State.Attempt; how != Ask && attempt != nil && attempt.Holder != f.Holder {
		if free := f.Seen.Add(Takeover); free.After(at) {
			at = free
		}
	}
	if at.After(f.Now) {
		return Decision{Until: at}
	}
	return Decision{Step: how}
}

// handedOver decides about a code: it is sent once.
func (f Facts) handedOver() Decision {
	attempt := f.State.Attempt
	if attempt == nil || attempt.Handover != f.Handover {
		return f.when(Redeem, f.Now)
	}
	if f.Unspent {
		return f.when(Redeem, f.Now)
	}
	f.NotBefore = time.Time{}
	return f.when(Abandon, f.Now)
}

// dueOrEnd returns when there is something to say of a token that cannot be replaced.
func (f Facts) dueOrEnd() time.Time {
	if f.State.ExpiresAt.IsZero() {
		return time.Time{}
	}
	if due := f.State.ExpiresAt.Add(-schedule.AuthorizationDue); due.After(f.Now) {
		return due
	}
	return f.State.ExpiresAt
}
