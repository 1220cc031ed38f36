package factors

import (
	"context"
	"errors"

	"github.com/grantor-dev/grantor/server/storage/enrollments"
)

// ErrPassword says that the user has another password by now.
var ErrPassword = errors.New("the password was changed meanwhile")

// SetPassword stores a password that a user set who gave the former one; former is nil for the
// administrator's. It returns ErrPassword.
func (s *Service) SetPassword(ctx context.Context, e *enrollments.Enrollment, former, next *enrollments.Password) error {
	return s.change(ctx, e, func(e *enrollments.Enrollment) error {
		if !e.Password.Same(former) {
			return ErrPassword
		}
		e.Password = next
		return nil
	})
}
