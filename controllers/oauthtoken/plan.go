package oauthtoken

import (
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/schedule"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/state"
)

// step is what is to be done about an OAuthToken.
type step int

const (
	// rest does nothing until a time.
	rest step = iota
	// ask requests a token with client_credentials.
	ask
	// refresh spends the refresh token.
	refresh
	// redeem spends the code of a handover.
	redeem
	// abandon ends a handover whose code may have been spent.
	abandon
	// authorize waits for a person.
	authorize
)

// facts are what decides about the next step.
type facts struct {
	now         time.Time
	grant       oauthv1alpha1.TokenGrant
	state       state.State
	fingerprint string
	uid         string
	// handover is the ID of the present one; empty if there is none.
	handover string
	// holder is the name of this process, and unspent says that the attempt in the state is
	// its own and spent nothing.
	holder  string
	unspent bool
	// sent is when the last token request was sent.
	sent time.Time
	// seen is when the attempt in the state was seen first.
	seen time.Time
	// notBefore is the end of the pause after failures.
	notBefore time.Time
}

// decision is what to do: a step now, or to rest until a time; zero is until something
// changes.
type decision struct {
	step  step
	until time.Time
	// reason is why a person must authorize, or a code that is there must be redeemed.
	reason string
	// next is when the token is replaced; zero if it cannot be.
	next time.Time
}

// again is the next step at once, in another reconcile.
func again(now time.Time) decision { return decision{until: now} }

// takeover is how long nothing is sent after an attempt of another process was seen first:
// longer than that process sends, and then stores an answer.
const takeover = attemptTimeout + storing + 5*time.Second

// decide returns the next step.
func decide(f facts) decision {
	if f.grant == oauthv1alpha1.TokenGrantClientCredentials {
		return f.withoutPerson()
	}
	d := f.withPerson()
	if f.handover == "" || f.handover == f.state.Handover {
		return d
	}
	handed := f.handedOver()
	handed.reason = d.reason
	return handed
}

// withPerson decides about a token that a person authorizes, without a code.
func (f facts) withPerson() decision {
	switch s := f.state; {
	case s.Ended != "" && (s.EndedFor == "" || s.EndedFor == f.fingerprint):
		return decision{step: authorize, reason: s.Ended}
	case s.Fingerprint == "":
		return decision{step: authorize, reason: oauthv1alpha1.ReasonAuthorizationRequired}
	case s.Fingerprint != f.fingerprint:
		return decision{step: authorize, reason: oauthv1alpha1.ReasonSpecChanged}
	case s.RefreshToken == "" && !s.Valid(f.now):
		return decision{step: authorize, reason: oauthv1alpha1.ReasonNoRefreshToken}
	case s.RefreshToken == "":
		return decision{until: f.dueOrEnd()}
	}
	return f.due(refresh)
}

// withoutPerson decides about client_credentials, where a request spends nothing.
func (f facts) withoutPerson() decision {
	if f.state.Fingerprint != f.fingerprint || !f.state.Valid(f.now) {
		return f.when(ask, f.paced(f.now))
	}
	return f.due(ask)
}

// due decides about a token that can be replaced.
func (f facts) due(how step) decision {
	s := f.state
	at := f.paced(schedule.Next(s.IssuedAt, s.ExpiresAt, schedule.Spread(f.uid, s.IssuedAt)))
	d := f.when(how, at)
	d.next = at
	if d.until.After(at) {
		d.next = d.until
	}
	return d
}

// paced returns a time, or a later one if the last token request was sent just before it.
func (f facts) paced(at time.Time) time.Time {
	if least := f.sent.Add(schedule.LeastInterval); !f.sent.IsZero() && least.After(at) {
		return least
	}
	return at
}

// when takes a step at a time, unless there is a pause, or another process may be at it.
func (f facts) when(how step, at time.Time) decision {
	if f.notBefore.After(at) {
		at = f.notBefore
	}
	if attempt := f.state.Attempt; how != ask && attempt != nil && attempt.Holder != f.holder {
		if free := f.seen.Add(takeover); free.After(at) {
			at = free
		}
	}
	if at.After(f.now) {
		return decision{until: at}
	}
	return decision{step: how}
}

// handedOver decides about a code: it is sent once.
func (f facts) handedOver() decision {
	attempt := f.state.Attempt
	if attempt == nil || attempt.Handover != f.handover {
		return f.when(redeem, f.now)
	}
	if f.unspent {
		return f.when(redeem, f.now)
	}
	f.notBefore = time.Time{}
	return f.when(abandon, f.now)
}

// dueOrEnd returns when there is something to say of a token that cannot be replaced.
func (f facts) dueOrEnd() time.Time {
	if f.state.ExpiresAt.IsZero() {
		return time.Time{}
	}
	if due := f.state.ExpiresAt.Add(-schedule.AuthorizationDue); due.After(f.now) {
		return due
	}
	return f.state.ExpiresAt
}
