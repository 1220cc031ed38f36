package factors

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/limits"
	"github.com/grantor-dev/grantor/server/storage"
	"github.com/grantor-dev/grantor/server/storage/enrollments"
)

// Store keeps what users have enrolled.
type Store interface {
	// Find returns what a user has enrolled, empty if that is nothing.
	Find(ctx context.Context, of enrollments.Owner) (*enrollments.Enrollment, error)
	// Reserve takes room for what a user adds first.
	Reserve(e *enrollments.Enrollment) error
	// Write stores it. It returns enrollments.ErrChanged.
	Write(ctx context.Context, e *enrollments.Enrollment) error
}

var _ Store = (*enrollments.Store)(nil)

// Options are what a Service needs.
type Options struct {
	Enrollments Store
	// Issuer returns the issuer URL.
	Issuer func() string
	// Now is the clock.
	Now func() time.Time
}

// Service checks, adds and removes factors.
type Service struct {
	Options
	limiter *limits.Limiter
}

// New returns a Service.
func New(o Options) *Service { return &Service{Options: o, limiter: limits.New()} }

// Find returns what a user has enrolled. It returns an httpx.Error if the user must ask an
// administrator.
func (s *Service) Find(ctx context.Context, person *identity.Person) (*enrollments.Enrollment, error) {
	e, err := s.Enrollments.Find(ctx, enrollments.OwnerOf(person))
	if errors.Is(err, storage.ErrVoid) {
		return nil, ErrVoid
	}
	return e, err
}

// ErrVoid is the httpx.Error for a user whose Enrollment was changed by hand, or sealed with a root
// key that was revoked. The password alone is not enough then.
var ErrVoid = &httpx.Error{
	Code: httpx.CodeAccessDenied, Status: http.StatusForbidden,
	Description: "What you have enrolled (second factors, a password of your own) cannot be read. Ask an administrator to reset it (spec.state of your Enrollment).",
}

// host is what authenticator apps and passkeys show the server as.
func (s *Service) host() string {
	u, err := url.Parse(s.Issuer())
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// errUnchanged says that there is nothing to store.
var errUnchanged = errors.New("nothing has changed")

// tries bounds how often a change is tried that meets other ones.
const tries = 8

// change reads what a user has enrolled and stores what alter makes of it; it starts over if
// others have changed it. alter gets the present state each time, and returns errUnchanged if
// there is nothing to store.
func (s *Service) change(ctx context.Context, e *enrollments.Enrollment, alter func(*enrollments.Enrollment) error) error {
	for range tries {
		err := alter(e)
		if errors.Is(err, errUnchanged) {
			return nil
		}
		if err != nil {
			return err
		}
		e.Used(s.Now())
		err = s.Enrollments.Write(ctx, e)
		if !errors.Is(err, enrollments.ErrChanged) {
			return err
		}
		present, err := s.Enrollments.Find(ctx, e.Owner)
		if err != nil {
			return err
		}
		*e = *present
	}
	return enrollments.ErrChanged
}
