package flow

import (
	"context"

	"github.com/grantor-dev/grantor/server/httpx"
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
