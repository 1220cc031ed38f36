package factors

import (
	"bytes"
	"context"
	"errors"

	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/identity/factors/recovery"
	"github.com/grantor-dev/grantor/server/identity/factors/totp"
	"github.com/grantor-dev/grantor/server/storage/enrollments"
)

var (
	// ErrThere says that the user has an authenticator app already.
	ErrThere = errors.New("there is an authenticator app already")
	// ErrLast says that the last factor cannot be removed.
	ErrLast = errors.New("the last factor cannot be removed where one is required")
)

// AppURI returns what an authenticator app is given.
func (s *Service) AppURI(account string, secret []byte) string {
	return totp.URI(s.host(), account, secret)
}

// AddApp adds an authenticator app that shows a code of its secret. It returns recovery codes
// if the user has none. It returns identity.ErrWrong or ErrThere.
func (s *Service) AddApp(ctx context.Context, e *enrollments.Enrollment, secret []byte, code string) (codes []string, err error) {
	err = s.change(ctx, e, func(e *enrollments.Enrollment) error {
		now := s.Now()
		// The answer to the same may have been lost.
		if e.TOTP != nil && !bytes.Equal(e.TOTP.Secret, secret) {
			return ErrThere
		}
		step, ok := totp.Match(secret, code, 0, now)
		if !ok {
			return identity.ErrWrong
		}
		e.AddedFirst(now)
		e.TOTP = &enrollments.TOTP{Secret: secret, Step: step, AddedAt: now.UnixMilli()}
		codes = nil
		if len(e.Recovery) == 0 {
			codes, e.Recovery = recovery.New()
		}
		return nil
	})
	return codes, err
}

// RemoveApp removes the authenticator app. It returns ErrLast.
func (s *Service) RemoveApp(ctx context.Context, e *enrollments.Enrollment, required bool) error {
	return s.remove(ctx, e, required, func(e *enrollments.Enrollment) { e.TOTP = nil })
}

// remove removes a factor, and with the last one what stands in for it.
func (s *Service) remove(ctx context.Context, e *enrollments.Enrollment, required bool, drop func(*enrollments.Enrollment)) error {
	return s.change(ctx, e, func(e *enrollments.Enrollment) error {
		drop(e)
		if !e.HasFactor() {
			if required {
				return ErrLast
			}
			e.Recovery = nil
		}
		return nil
	})
}

// NewCodes replaces the recovery codes.
func (s *Service) NewCodes(ctx context.Context, e *enrollments.Enrollment) (codes []string, err error) {
	err = s.change(ctx, e, func(e *enrollments.Enrollment) error {
		codes, e.Recovery = recovery.New()
		return nil
	})
	return codes, err
}
