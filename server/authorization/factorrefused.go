package authorization

import (
	"context"
	"errors"
	"math"
	"net/http"

	"github.com/grantor-dev/grantor/server/audit"
	"github.com/grantor-dev/grantor/server/flow"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/identity/factors"
	"github.com/grantor-dev/grantor/server/identity/factors/passkeys"
	"github.com/grantor-dev/grantor/server/storage/enrollments"
	"github.com/grantor-dev/grantor/server/texts"
)

// refuseFactor shows the page once more with what was wrong.
func (s *Service) refuseFactor(ctx context.Context, i *Interaction, person *identity.Person, e *enrollments.Enrollment, err error) (flow.Answer, error) {
	event := audit.Event{Decision: audit.Login, Refused: factorRefusal(err), Client: flow.Audited(i.Client), Subject: person.Subject}
	audit.Record(ctx, event)
	tooMany, many := errors.AsType[*identity.TooManyError](err)
	switch {
	case errors.Is(err, identity.ErrWrong):
		return s.factorPage(i, person, e, http.StatusForbidden, "The code is wrong, or was used before. Wait for the next one, then try again.")
	case many:
		seconds := int(math.Ceil(tooMany.RetryAfter.Seconds()))
		answer, err := s.factorPage(i, person, e, http.StatusTooManyRequests, tooManyCodes(seconds, e))
		answer.RetryAfter = seconds
		return answer, err
	case errors.Is(err, passkeys.ErrCloned):
		return s.factorPage(i, person, e, http.StatusForbidden,
			"This passkey counts its uses, and has counted fewer than before: it may have been copied. Use something else, and remove it from your account.")
	case errors.Is(err, factors.ErrThere):
		return s.factorPage(i, person, e, http.StatusConflict, "You have added an app elsewhere meanwhile. Give its code.")
	}
	return flow.Answer{}, httpx.Unavailable(err)
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

// factorRefusal is why a user was not let in.
func factorRefusal(err error) string {
	if errors.Is(err, identity.ErrWrong) {
		return "wrong_second_factor"
	}
	if errors.Is(err, passkeys.ErrCloned) {
		return "cloned_passkey"
	}
	return loginRefusal(err)
}
