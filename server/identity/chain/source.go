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
	"github.com/grantor-dev/grantor/server/identity/upstream"
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
func (s *Source) Lookup(ctx context.Context, subject string, link identity.Link) (*identity.Person, error) {
	account, linked := subject, link != identity.Link{}
	switch declared := strings.HasPrefix(subject, oauthv1alpha1.SubjectPrefix); {
	case declared && !linked:
		return s.Local.Lookup(ctx, subject, link)
	case declared:
		account = link.Subject
	case linked:
		return nil, nil //nolint:nilnil // only OAuthUsers have links
	}
	p := s.Providers.Provider(accounts.Provider(account))
	if p == nil {
		s.Connectors.Forget()
		return nil, nil //nolint:nilnil // that there is no such user is an answer
	}
	stored, err := s.present(ctx, p, account)
	if err != nil || stored == nil || linked && stored.UID != link.UID {
		return nil, err
	}
	person, err := s.meaning(p, stored)
	if _, refused := errors.AsType[accounts.Refusal](err); refused || err == nil && person.Subject != subject {
		// A user who is refused does not exist. Nor does one whose account now belongs to
		// another user, because a link was made or removed.
		return nil, nil //nolint:nilnil // as above
	}
	return person, err
}

// present returns the stored Person of a user whom the provider lets in, nil for none. A Person
// of another realm cannot be checked at this provider.
func (s *Source) present(ctx context.Context, p *providers.Provider, subject string) (*persons.Person, error) {
	stored, err := s.stored(ctx, subject)
	if err != nil || stored == nil || stored.Blocked || stored.Realm != p.Realm {
		return nil, err
	}
	if stored, err = s.checked(ctx, p, stored); err != nil || stored == nil || stored.Blocked || stored.Realm != p.Realm {
		return nil, err
	}
	return stored, nil
}

// meaning returns who a stored Person is now. It returns an accounts.Refusal.
func (s *Source) meaning(p *providers.Provider, stored *persons.Person) (*identity.Person, error) {
	person, _, err := s.who(p, &stored.Account)
	if err != nil {
		return nil, err
	}
	return since(person, stored), nil
}

// who returns the user that an account is: an OAuthUser, if one has a link to it. It returns an
// accounts.Refusal.
func (s *Source) who(p *providers.Provider, account *upstream.Account) (person *identity.Person, linked bool, err error) {
	if refusal := accounts.Admit(p.Object, account); refusal != "" {
		return nil, false, refusal
	}
	owner, linked, err := s.Local.Linked(p.Name, account.ID)
	switch {
	case err != nil:
		return nil, false, err
	case linked && owner == nil:
		return nil, true, accounts.ErrUser
	case linked:
		of := *owner
		of.Source = p.Name
		return &of, true, nil
	}
	if person, err = accounts.Person(p.Object, account); err != nil {
		return nil, false, err
	}
	return person, false, s.free(p, person.Username)
}

// since returns a person with the times of the stored account. A session with a link ends with
// the OAuthUser and with the account.
func since(person *identity.Person, stored *persons.Person) *identity.Person {
	if person.UID == "" {
		person.UID = stored.UID
	}
	if person.NotBefore.Before(stored.NotBefore) {
		person.NotBefore = stored.NotBefore
	}
	return person
}

// free returns accounts.ErrTaken if an OAuthUser has the username.
func (s *Source) free(p *providers.Provider, username string) error {
	if !p.Plain {
		// No OAuthUser has a username with a colon.
		return nil
	}
	taken, err := s.Local.Claims(username)
	if err == nil && taken {
		err = accounts.ErrTaken
	}
	return err
}
