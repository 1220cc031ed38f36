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
	// ErrThere says that the user has an authenticator app already, or another factor than one
	// that should be the first.
	ErrThere = errors.New("there is a factor already")
	// ErrLast says that the last factor cannot be removed.
	ErrLast = errors.New("the last factor cannot be removed where one is required")
)

// AppURI returns the URI that an authenticator app reads.
func (s *Service) AppURI(account string, secret []byte) string {
	return totp.URI(s.host(), account, secret)
}

// Adding is who adds a factor.
type Adding struct {
	// Confirmed says that the user has given a factor. Without it, the user must not have one.
	Confirmed bool
	// End ends what the user began with a password alone, before the first factor is stored.
	End func(context.Context) error
}

// begin ends nothing where there is no room for the factor.
func (s *Service) begin(ctx context.Context, e *enrollments.Enrollment, by Adding) error {
	switch {
	case !e.HasFactor():
		if err := s.Enrollments.Reserve(e); err != nil {
			return err
		}
		return by.End(ctx)
	case !by.Confirmed:
		return ErrThere
	}
	return nil
}

// AddApp adds an authenticator app that shows a code of its secret. It returns recovery codes
// if the user has none. It returns identity.ErrWrong or ErrThere.
func (s *Service) AddApp(ctx context.Context, e *enrollments.Enrollment, secret []byte, code string, by Adding) (codes []string, err error) {
	err = s.change(ctx, e, func(e *enrollments.Enrollment) error {
		now := s.Now()
		step, ok := totp.Match(secret, code, 0, now)
		switch {
		case e.TOTP != nil && !bytes.Equal(e.TOTP.Secret, secret):
			return ErrThere
		case !ok:
			return identity.ErrWrong
		case e.TOTP != nil:
			// The same write succeeded before, and its answer was lost. A step must never go
			// back.
			return errUnchanged
		}
		if err := s.begin(ctx, e, by); err != nil {
			return err
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
	return s.remove(ctx, e, required, func(e *enrollments.Enrollment) bool {
		there := e.TOTP != nil
		e.TOTP = nil
		return there
	})
}

// remove removes a factor, and with the last one the recovery codes. drop reports whether there
// was one to remove.
func (s *Service) remove(ctx context.Context, e *enrollments.Enrollment, required bool, drop func(*enrollments.Enrollment) bool) error {
	return s.change(ctx, e, func(e *enrollments.Enrollment) error {
		if !drop(e) {
			return errUnchanged
		}
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
