package ownpassword

import (
	"context"
	"net/http"
	"net/netip"
	"time"

	"github.com/grantor-dev/grantor/server/flow"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/identity/factors"
	"github.com/grantor-dev/grantor/server/limits"
	"github.com/grantor-dev/grantor/server/storage/enrollments"
	"github.com/grantor-dev/grantor/server/storage/logins"
	"github.com/grantor-dev/grantor/server/ui"
)

// Passwords are those of OAuthUsers.
type Passwords interface {
	// MayChange reports whether a user has a password here and may set another.
	MayChange(person *identity.Person) bool
	// NewPassword compares the present password of a user, as a sign-in does, and returns
	// another one. It returns factors.ErrNoPassword.
	NewPassword(ctx context.Context, person *identity.Person, given *identity.Attempt, password string, now time.Time) (*factors.NewPassword, error)
}

// Factors keep what users have enrolled.
type Factors interface {
	// Find returns what a user has enrolled. It returns an httpx.Error if the user must ask an
	// administrator.
	Find(ctx context.Context, person *identity.Person) (*enrollments.Enrollment, error)
	// SetPassword stores a password. It returns factors.ErrPassword.
	SetPassword(ctx context.Context, next *factors.NewPassword) error
}

var _ Factors = (*factors.Service)(nil)

// Options are what a Service needs.
type Options struct {
	*flow.Visits
	Passwords Passwords
	// Factors keep the passwords that users set.
	Factors Factors
	// Address is where a request comes from.
	Address func(*http.Request) netip.Addr
	// SignIn asks the user of a visit to sign in, which leads to a path.
	SignIn func(ctx context.Context, v *flow.Visit, next string) (flow.Answer, error)
}

// Service answers browsers on the page.
type Service struct {
	Options
	attempts *limits.Limiter
}

// perBrowser bounds what one browser tries, so that who has the cookie of one does not use up what
// the user's other browsers have.
var perBrowser = limits.Budget{Burst: 10, Every: 6 * time.Second}

// share is what the attempts of a browser that is signed in are taken from.
func share(login *logins.Login) limits.Share {
	return limits.Share{Kind: "password", Key: login.Name, Budget: perBrowser}
}

// New returns a Service.
func New(options Options) *Service { return &Service{Options: options, attempts: limits.New()} }

// Endpoint returns the page at which users set a password of their own.
func (s *Service) Endpoint(pages *ui.Pages) *flow.Endpoint {
	return &flow.Endpoint{Pages: pages, Get: s.show, Post: s.change}
}
