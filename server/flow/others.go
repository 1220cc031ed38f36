package flow

import (
	"context"
	"errors"

	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/storage"
	"github.com/grantor-dev/grantor/server/storage/logins"
)

// EndOthers signs a user out of all browsers but this one in which no second factor was given:
// one that knows the password alone must not go on once there is a factor.
func (v *Visit) EndOthers(ctx context.Context, subject string) error {
	return v.end(ctx, subject, func(login *logins.Login) bool { return !login.SecondFactor() })
}

// EndAllOthers signs a user out of all browsers but this one: whoever knows the former password
// must not go on once there is another.
func (v *Visit) EndAllOthers(ctx context.Context, subject string) error {
	return v.end(ctx, subject, func(*logins.Login) bool { return true })
}

// Renew gives this browser another cookie of its Login, so that a copy of the present one does not
// count any more. If the Login was changed meanwhile, which somebody with a copy may have done, it
// ends, and the browser does not stay signed in.
func (v *Visit) Renew(ctx context.Context) (stays bool, err error) {
	s := v.visits
	login, err := s.Logins.Renew(ctx, v.Login)
	if errors.Is(err, storage.ErrConflict) || errors.Is(err, storage.ErrNotFound) {
		if err := s.Logins.End(ctx, v.Login.Name); err != nil {
			return false, httpx.Unavailable(err)
		}
		s.Notices.Ended(v.Login.Subject, v.Login.Name)
		v.SignOut()
		return false, nil
	}
	if err != nil {
		return false, httpx.Unavailable(err)
	}
	return true, v.give(login)
}

func (v *Visit) end(ctx context.Context, subject string, wanted func(*logins.Login) bool) error {
	s := v.visits
	own, err := s.Logins.Of(ctx, subject, s.Now())
	if err != nil {
		return httpx.Unavailable(err)
	}
	old, _ := v.Old()
	for _, login := range own {
		if !wanted(login) || old != nil && old.Name == login.Name {
			continue
		}
		if err := s.Logins.End(ctx, login.Name); err != nil {
			return httpx.Unavailable(err)
		}
		s.Notices.Ended(subject, login.Name)
	}
	return nil
}
