package factors

import (
	"context"
	"slices"
	"time"

	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/identity/factors/recovery"
	"github.com/grantor-dev/grantor/server/identity/factors/totp"
	"github.com/grantor-dev/grantor/server/limits"
	"github.com/grantor-dev/grantor/server/storage/enrollments"
)

// What wrong codes count for: the user in one known browser, or in all others together.
const (
	ofBrowser limits.Kind = "factor browser"
	ofUser    limits.Kind = "factor user"
)

// perShare is counted in memory, at each replica.
var perShare = limits.Budget{Burst: 5, Every: time.Minute}

const (
	// manyFailures is how many wrong codes are stored, of known browsers and of all others, until
	// only one in each slowed may be tried in all that are not known. Those of the others are
	// forgotten after as long as forgotten.
	manyFailures = 20
	slowed       = time.Hour
	forgotten    = 24 * time.Hour
)

// Check compares a code of an authenticator app, or a recovery code, and makes it count
// once. browser is that in which the user has given a second factor before, empty for any
// other. It returns the methods (RFC 8176), or identity.ErrWrong or *identity.TooManyError.
func (s *Service) Check(ctx context.Context, e *enrollments.Enrollment, code, browser string) ([]string, error) {
	var err error
	if recovery.Is(code) {
		err = s.recover(ctx, e, code)
	} else {
		err = s.app(ctx, e, code, browser)
	}
	if err != nil {
		return nil, err
	}
	return []string{identity.MethodOTP}, nil
}

// recover uses up a recovery code. Nobody can guess one, so wrong ones are not counted, and
// nobody can prevent the user from giving one.
func (s *Service) recover(ctx context.Context, e *enrollments.Enrollment, code string) error {
	return s.change(ctx, e, func(e *enrollments.Enrollment) error {
		n := recovery.Match(e.Recovery, code)
		if n < 0 {
			return identity.ErrWrong
		}
		e.Recovery = slices.Delete(slices.Clone(e.Recovery), n, n+1)
		e.Succeeded()
		return nil
	})
}

// app uses up a code of an authenticator app. After many wrong codes in known browsers, whose
// cookies can be stolen, these browsers are treated like all others until the user gives a right
// factor.
func (s *Service) app(ctx context.Context, e *enrollments.Enrollment, code, browser string) error {
	if e.KnownFailures >= manyFailures {
		browser = ""
	}
	share := limits.Share{Kind: ofUser, Key: e.Subject + "\x00" + e.UserUID, Budget: perShare}
	if browser != "" {
		share = limits.Share{Kind: ofBrowser, Key: browser, Budget: perShare}
	}
	if wait := s.limiter.Take(s.Now(), share); wait > 0 {
		return &identity.TooManyError{RetryAfter: wait}
	}
	if browser == "" {
		if err := s.reserve(ctx, e); err != nil {
			return err
		}
	}
	wrong := false
	err := s.change(ctx, e, func(e *enrollments.Enrollment) error {
		now := s.Now()
		step, ok := int64(0), false
		if e.TOTP != nil {
			step, ok = totp.Match(e.TOTP.Secret, code, e.TOTP.Step, now)
		}
		wrong = !ok
		switch {
		case ok:
			app := *e.TOTP
			app.Step = step
			e.TOTP = &app
			e.Succeeded()
			return nil
		case browser != "" && e.KnownFailures < manyFailures:
			e.KnownFailures++
			return nil
		case browser != "" || many(e, now):
			// Others have used up what is left in known browsers, or it was counted in advance.
			return identity.ErrWrong
		}
		fail(e, now)
		return nil
	})
	switch {
	case err != nil:
		return err
	case wrong:
		return identity.ErrWrong
	}
	s.limiter.Return(share)
	return nil
}

// reserve counts a code as wrong in advance once there were many, so that any number of
// replicas together try one in each slowed.
func (s *Service) reserve(ctx context.Context, e *enrollments.Enrollment) error {
	if !many(e, s.Now()) {
		return nil
	}
	return s.change(ctx, e, func(e *enrollments.Enrollment) error {
		now := s.Now()
		if next := time.UnixMilli(e.FailedAt).Add(slowed); many(e, now) && now.Before(next) {
			return &identity.TooManyError{RetryAfter: next.Sub(now)}
		}
		fail(e, now)
		return nil
	})
}

// many reports whether there were many wrong codes of late.
func many(e *enrollments.Enrollment, now time.Time) bool {
	return e.Failures >= manyFailures && now.Before(time.UnixMilli(e.FailedAt).Add(forgotten))
}

func fail(e *enrollments.Enrollment, now time.Time) {
	if !now.Before(time.UnixMilli(e.FailedAt).Add(forgotten)) {
		e.Failures = 0
	}
	e.Failures++
	e.FailedAt = now.UnixMilli()
}
