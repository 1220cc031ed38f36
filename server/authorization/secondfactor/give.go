package secondfactor

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"time"

	"github.com/grantor-dev/grantor/server/flow"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/identity/factors"
	"github.com/grantor-dev/grantor/server/limits"
	"github.com/grantor-dev/grantor/server/storage/enrollments"
)

// perPassword bounds what is given beside one password: it costs live reads and signature
// checks.
var perPassword = limits.Budget{Burst: 20, Every: 6 * time.Second}

// User is a user on the page that asks for a second factor.
type User struct {
	Half     *Half
	Person   *identity.Person
	Enrolled *enrollments.Enrollment
}

// Browser is the one that a user is at.
type Browser interface {
	// Known returns who has signed in with it before.
	Known() []identity.Known
	// EndOthers signs a user out of all others in which no second factor was given.
	EndOthers(ctx context.Context, subject string) error
}

var _ Browser = (*flow.Visit)(nil)

// Service asks users for second factors.
type Service struct {
	factors *factors.Service
	now     func() time.Time
	limiter *limits.Limiter
}

// New returns a Service that has counted nothing.
func New(given *factors.Service, now func() time.Time) *Service {
	return &Service{factors: given, now: now, limiter: limits.New()}
}

// Given is what a user gave.
type Given struct {
	// Methods are how (RFC 8176).
	Methods []string
	// Added says that it is the user's first factor, and Codes are the recovery codes that came
	// with it.
	Added bool
	Codes []string
}

// Give checks what a user gives in a form, or adds it for one who has no factor yet. Refuse
// says what its errors mean.
func (s *Service) Give(ctx context.Context, u *User, at Browser, form url.Values) (*Given, error) {
	// It is not counted for the user, whom others could keep from giving a passkey then.
	share := limits.Share{Kind: "password", Key: cmp.Or(u.Half.Login, fmt.Sprintf("%s %d", u.Person.Subject, u.Half.At)), Budget: perPassword}
	if wait := s.limiter.Take(s.now(), share); wait > 0 {
		return nil, &identity.TooManyError{RetryAfter: wait}
	}
	if u.Enrolled.HasFactor() {
		return s.check(ctx, u, at, form)
	}
	return s.add(ctx, u, at, form)
}

func (s *Service) check(ctx context.Context, u *User, at Browser, form url.Values) (*Given, error) {
	var methods []string
	var err error
	if answer := form.Get("passkey"); answer != "" {
		methods, err = s.factors.CheckPasskey(ctx, u.Enrolled, u.Person, u.Half.Ceremony, answer)
	} else {
		methods, err = s.factors.Check(ctx, u.Enrolled, form.Get("code"), browser(u, at.Known()))
	}
	return &Given{Methods: methods}, err
}

func (s *Service) add(ctx context.Context, u *User, at Browser, form url.Values) (*Given, error) {
	by := factors.Adding{End: func(ctx context.Context) error { return at.EndOthers(ctx, u.Person.Subject) }}
	given := &Given{Added: true}
	var err error
	if answer := form.Get("passkey"); answer != "" {
		given.Methods = []string{identity.MethodKey}
		given.Codes, err = s.factors.AddPasskey(ctx, u.Enrolled, u.Person, u.Half.Ceremony, answer, "", by)
	} else {
		given.Methods = []string{identity.MethodOTP}
		given.Codes, err = s.factors.AddApp(ctx, u.Enrolled, u.Half.Secret, form.Get("code"), by)
	}
	return given, err
}

// browser returns the name of a browser in which the user gave a second factor before, empty
// for any other.
func browser(u *User, known []identity.Known) string {
	h, since := u.Half, u.Enrolled.Since
	for _, k := range known {
		if k.UserUID == h.UserUID && since > 0 && k.FactorAt > since && (h.Login != "" || k.Credential == h.Credential) {
			return k.Browser
		}
	}
	return ""
}
