package problems

import (
	"errors"

	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/identity/upstream"
	"github.com/grantor-dev/grantor/server/texts"
)

// Problems of users who come back, by what the sealed form of the sign-in page says.
const (
	Gone    = "gone"
	Refused = "refused"
	Away    = "away"
	Stale   = "stale"
	Shut    = "shut"
)

// ErrRefused says that a provider answered with an error.
var ErrRefused = errors.New("the provider refused")

// Of returns the problem of a user whom a provider did not sign in, why that is for the audit
// log, and whether it is the user's or the provider's answer: anything else is for the log of the
// server.
func Of(err error) (problem, reason string, answered bool) {
	switch {
	case errors.Is(err, ErrRefused), errors.Is(err, upstream.ErrCode), errors.Is(err, upstream.ErrGone), errors.Is(err, upstream.ErrWrong):
		return Refused, httpx.CodeAccessDenied, true
	case errors.Is(err, upstream.ErrStale):
		return Stale, httpx.CodeAccessDenied, true
	case errors.Is(err, upstream.ErrMixedUp):
		return Refused, "mixed_up_provider", true
	}
	return Away, httpx.CodeTemporarilyUnavailable, false
}

// Text returns the sentence about a problem at a provider, empty for none.
func Text(problem, provider string) texts.Text {
	switch problem {
	case "":
		return ""
	case Refused:
		return texts.T("%s did not sign you in.", provider)
	case Away:
		return texts.T("%s cannot be reached, or answers with an error. Try again in a moment.", provider)
	case Stale:
		return texts.T("The application asks you to sign in anew, and %s did not say that you did.", provider)
	case Shut:
		return texts.T("You signed in at %s, but this account may not sign in here.", provider)
	}
	return "This way to sign in is not available. Choose another one."
}
