package chain

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/identity/accounts"
	"github.com/grantor-dev/grantor/server/identity/connectors"
	"github.com/grantor-dev/grantor/server/identity/directories"
	"github.com/grantor-dev/grantor/server/identity/local"
	"github.com/grantor-dev/grantor/server/identity/providers"
	"github.com/grantor-dev/grantor/server/storage/persons"
)

// Local are the users whom OAuthUsers declare.
type Local interface {
	identity.Source
	// Claims reports whether an OAuthUser claims a username.
	Claims(username string) (bool, error)
	// Linked returns the OAuthUser that an account at a provider is, nil for none.
	Linked(provider, id string) (*identity.Person, bool, error)
}

var _ Local = (*local.Directory)(nil)

// Options are what a Source needs.
type Options struct {
	Local Local
	// Providers are the identity providers, Connectors ask them.
	Providers  *providers.Registry
	Connectors *connectors.Registry
	// Directories compares passwords.
	Directories *directories.SignIn
	// Persons keeps what they said.
	Persons *persons.Store
	// Now is the clock.
	Now func() time.Time
	Log *slog.Logger
}

// Source is all users.
type Source struct {
	Options
	cache    cache
	rechecks rechecks
}

var _ identity.Source = (*Source)(nil)

// New returns a Source.
func New(options Options) *Source {
	return &Source{Options: options, cache: cache{known: map[string]entry{}}, rechecks: newRechecks()}
}

// Authenticate implements identity.Source.
func (s *Source) Authenticate(ctx context.Context, attempt *identity.Attempt) (*identity.Authentication, error) {
	if attempt.Provider == "" {
		return s.Local.Authenticate(ctx, attempt)
	}
	return s.atDirectory(ctx, attempt)
}

// Lookup implements identity.Source. For a user of a provider it reads the Person, at most 2
// seconds late, and asks the provider again where that is due.
func (s *Source) Lookup(ctx context.Context, subject string) (*identity.Person, error) {
	if strings.HasPrefix(subject, oauthv1alpha1.SubjectPrefix) {
		return s.Local.Lookup(ctx, subject)
	}
	p := s.Providers.Provider(accounts.Provider(subject))
	if p == nil {
		return nil, nil //nolint:nilnil // that there is no such user is an answer
	}
	stored, err := s.stored(ctx, subject)
	if err != nil || stored == nil || stored.Blocked {
		return nil, err
	}
	if stored, err = s.checked(ctx, p, stored); err != nil || stored == nil || stored.Blocked {
		return nil, err
	}
	person, err := s.meaning(p, stored)
	if _, refused := errors.AsType[accounts.Refusal](err); refused || person == nil || person.Subject != subject {
		return nil, nil //nolint:nilnil,nilerr // a user who is refused is none
	}
	return person, err
}

// meaning returns who a stored Person is now. It returns an accounts.Refusal.
func (s *Source) meaning(p *providers.Provider, stored *persons.Person) (*identity.Person, error) {
	person, err := accounts.Person(p.Object, &stored.Account)
	if err != nil {
		return nil, err
	}
	if _, linked, err := s.Local.Linked(p.Name, stored.Account.ID); err != nil || linked {
		// The account now belongs to an OAuthUser, which is another user.
		return nil, err
	}
	if err := s.free(p, person.Username); err != nil {
		return nil, err
	}
	person.UID, person.NotBefore = stored.UID, stored.NotBefore
	return person, nil
}

// free returns accounts.RefusedTaken if an OAuthUser has the username.
func (s *Source) free(p *providers.Provider, username string) error {
	if !p.Plain {
		// No OAuthUser has a username with a colon.
		return nil
	}
	taken, err := s.Local.Claims(username)
	if err == nil && taken {
		err = accounts.RefusedTaken
	}
	return err
}
