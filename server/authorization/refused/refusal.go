package refused

import (
	"errors"
	"math"
	"net/http"

	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/identity/accounts"
	"github.com/grantor-dev/grantor/server/texts"
)

// unreachableSeconds is after what time a source that cannot be reached is worth another try.
const unreachableSeconds = 10

// Refusal is what becomes of something that does not let a user in.
type Refusal struct {
	// Reason is for the audit log; empty where the function Reason says it.
	Reason string
	// Status is that of the page.
	Status int
	// Problem is what the page says.
	Problem texts.Text
	// RetryAfter is the number of seconds after which to try again; 0 for none.
	RetryAfter int
}

// Password returns what an error of identity.Source means to a user who gave a password, and
// reports whether it means anything but that the server cannot answer.
func Password(err error) (refusal Refusal, known bool) {
	tooMany, many := errors.AsType[*identity.TooManyError](err)
	_, account := errors.AsType[accounts.Refusal](err)
	switch {
	case account:
		return Refusal{Status: http.StatusForbidden, Problem: "The password is right, but this account may not sign in here."}, true
	case errors.Is(err, identity.ErrWrong):
		return Refusal{Status: http.StatusForbidden, Problem: "The username or the password is wrong."}, true
	case many:
		seconds := Seconds(tooMany)
		return Refusal{Status: http.StatusTooManyRequests, Problem: texts.T("Too many attempts. Wait %d seconds, then try again.", seconds), RetryAfter: seconds}, true
	case errors.Is(err, identity.ErrBusy):
		return Refusal{Status: http.StatusServiceUnavailable, Problem: "Many users are signing in at the moment. Try again.", RetryAfter: 1}, true
	case errors.Is(err, identity.ErrUnreachable):
		return Refusal{
			Status: http.StatusServiceUnavailable, RetryAfter: unreachableSeconds,
			Problem: "The directory cannot be reached at the moment, so your password could not be checked. Try again later.",
		}, true
	}
	return Refusal{}, false
}

// Seconds is how long to wait.
func Seconds(err *identity.TooManyError) int { return int(math.Ceil(err.RetryAfter.Seconds())) }

// Reason is why a user was not let in. The name that was given is left out: it may be a password
// that was typed into the wrong field.
func Reason(err error) string {
	if _, many := errors.AsType[*identity.TooManyError](err); many {
		return "too_many_attempts"
	}
	if refusal, refused := errors.AsType[accounts.Refusal](err); refused {
		return string(refusal)
	}
	if errors.Is(err, identity.ErrWrong) {
		return "wrong_credentials"
	}
	return httpx.CodeTemporarilyUnavailable
}
