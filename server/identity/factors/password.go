package factors

import (
	"context"
	"errors"

	"github.com/grantor-dev/grantor/server/storage/enrollments"
)

var (
	// ErrPassword says that the user has another password by now.
	ErrPassword = errors.New("the password was changed meanwhile")
	// ErrNoPassword says that the user has no password to replace, or may not.
	ErrNoPassword = errors.New("the user may set no password")
)

// NewPassword is a password that a user sets who has given the present one.
type NewPassword struct {
	// Enrolled is what the user had enrolled then.
	Enrolled *enrollments.Enrollment
	// Password is what to store, and Credential stands for it.
	Password   *enrollments.Password
	Credential string
}

// SetPassword stores a password. It returns ErrPassword.
func (s *Service) SetPassword(ctx context.Context, next *NewPassword) error {
	former := next.Enrolled.Password
	return s.change(ctx, next.Enrolled, func(e *enrollments.Enrollment) error {
		if e.Password.Same(next.Password) {
			// The same write succeeded before, and its answer was lost.
			return errUnchanged
		}
		if !e.Password.Same(former) {
			return ErrPassword
		}
		e.Password = next.Password
		return nil
	})
}
