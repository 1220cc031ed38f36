package secondfactor

import (
	"errors"
	"net/http"

	"github.com/grantor-dev/grantor/server/authorization/refused"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/identity/factors"
	"github.com/grantor-dev/grantor/server/identity/factors/passkeys"
	"github.com/grantor-dev/grantor/server/storage/enrollments"
	"github.com/grantor-dev/grantor/server/texts"
)

// Refuse returns what an error of Give means to the user, and reports whether it means anything
// but that the server cannot answer.
func Refuse(err error, e *enrollments.Enrollment) (refusal refused.Refusal, known bool) {
	tooMany, many := errors.AsType[*identity.TooManyError](err)
	switch {
	case errors.Is(err, identity.ErrWrong):
		return refused.Refusal{
			Reason: "wrong_second_factor", Status: http.StatusForbidden,
			Problem: "The code is wrong, or was used before. Wait for the next one, then try again.",
		}, true
	case many:
		seconds := refused.Seconds(tooMany)
		return refused.Refusal{Status: http.StatusTooManyRequests, Problem: tooManyCodes(seconds, e), RetryAfter: seconds}, true
	case errors.Is(err, passkeys.ErrCloned):
		return refused.Refusal{
			Reason: "cloned_passkey", Status: http.StatusForbidden,
			Problem: "This passkey counts its uses, and has counted fewer than before: it may have been copied. Use something else, and remove it from your account.",
		}, true
	case errors.Is(err, factors.ErrThere):
		return refused.Refusal{Status: http.StatusConflict, Problem: "You have added an app elsewhere meanwhile. Give its code."}, true
	}
	return refused.Refusal{}, false
}

// tooManyCodes says how long to wait.
func tooManyCodes(seconds int, e *enrollments.Enrollment) texts.Text {
	wait := texts.T("Too many wrong codes. Wait %d seconds, then try again.", seconds)
	if seconds > 120 {
		wait = texts.T("Too many wrong codes. Wait %d minutes, then try again.", (seconds+59)/60)
	}
	if len(e.Recovery) > 0 {
		return texts.Join(wait, "You can also give a recovery code.")
	}
	return wait
}
