package audit

import (
	"sync"
	"time"

	"github.com/grantor-dev/grantor/server/limits"
)

// perSender is how many lines are written of what any sender can cause, for each
// decision and client.
var perSender = limits.Budget{Burst: 100, Every: time.Second}

// Refusals bounds the lines of refusals, and of registrations, that any sender can cause
// without proving who it is: a flood of them would push other lines out of logs that are rotated. What is left out
// is counted in the next line of the same decision and client.
type Refusals struct {
	limiter *limits.Limiter

	mu      sync.Mutex
	omitted map[sender]uint64
}

// ofUnregistered is the client of a sender for all clients without an OAuthClient together:
// anyone can have as many of them as they want.
const ofUnregistered = "?"

// sender is what refusals are counted for. An ID that no OAuthClient has is none, since any
// sender can make one up.
type sender struct {
	decision Decision
	client   string
}

// NewRefusals returns a bound that has counted nothing.
func NewRefusals() *Refusals {
	return &Refusals{limiter: limits.New(), omitted: map[sender]uint64{}}
}

// admit reports whether the line of an event is written, and how many of its kind were left
// out before it.
func (r *Refusals) admit(e *Event, now time.Time) (omitted uint64, ok bool) {
	if r == nil || !e.unproven() {
		return 0, true
	}
	s := e.sender()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.limiter.Take(now, limits.Share{Kind: limits.Kind(s.decision), Key: s.client, Budget: perSender}) > 0 {
		r.omitted[s]++
		return 0, false
	}
	omitted = r.omitted[s]
	delete(r.omitted, s)
	return omitted, true
}

// unproven reports whether an event refuses a sender that has not proved to be a client or
// a user. A client that a browser names has proved nothing.
func (e *Event) unproven() bool {
	if e.anonymous() {
		return true
	}
	authenticated := e.Client != nil && (e.Decision == Token || e.Decision == Revocation)
	return e.Refused != "" && e.Subject == "" && !authenticated
}

// anonymous reports whether an event is a registration without a token, which any sender can
// cause as well as a refusal. A client that has no OAuthClient has no namespace.
func (e *Event) anonymous() bool {
	return e.Decision == Registration && (e.Client == nil || e.Client.Namespace() == "")
}

func (e *Event) sender() sender {
	switch {
	case e.anonymous():
		return sender{e.Decision, ""}
	case e.Client != nil && e.Client.Namespace() == "", e.Claimed.unregistered():
		return sender{e.Decision, ofUnregistered}
	case e.Client != nil:
		return sender{e.Decision, e.Client.GetID()}
	case e.Cause == UnknownClient || e.Cause == Malformed || e.Cause == NoCredentials || e.Cause == TwoMethods:
		return sender{e.Decision, ""}
	}
	return sender{e.Decision, string(e.Claimed)}
}
