package chain

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/identity/accounts"
	"github.com/grantor-dev/grantor/server/identity/directories"
	"github.com/grantor-dev/grantor/server/identity/providers"
	"github.com/grantor-dev/grantor/server/identity/upstream"
)

// errNoPassword says that users of a provider do not give their password here.
var errNoPassword = errors.New("the provider is no directory")

// atDirectory authenticates a user with a password that a directory compares. Next to the
// errors of identity.Source it returns an accounts.Refusal.
func (s *Source) atDirectory(ctx context.Context, attempt *identity.Attempt) (*identity.Authentication, error) {
	p := s.Providers.Provider(attempt.Provider)
	if p == nil {
		return nil, identity.ErrWrong
	}
	connector, err := s.Connectors.Of(p)
	directory, ok := connector.(upstream.Password)
	if err == nil && !ok {
		err = errNoPassword
	}
	var account upstream.Account
	var credential string
	if err == nil {
		account, credential, err = s.Directories.Authenticate(ctx, directory, attempt, s.honours(p))
	} else {
		err = fmt.Errorf("%w: %w", identity.ErrUnreachable, err)
	}
	switch {
	case errors.Is(err, identity.ErrUnreachable):
		s.Log.Warn("users cannot sign in at an identity provider", "provider", p.Name, "error", err.Error())
		return nil, err
	case errors.Is(err, upstream.ErrGone):
		return nil, accounts.ErrThere
	case err != nil:
		return nil, err
	}
	return s.Arrive(ctx, p, account, credential)
}

// honours says which browsers are known for accounts of a provider: those in which the user who
// has the account now signed in, after the time before which no session of the user is valid.
func (s *Source) honours(p *providers.Provider) directories.Honours {
	return func(ctx context.Context, id string, known *identity.Known) (bool, error) {
		stored, err := s.stored(ctx, accounts.Subject(p.Name, id))
		if err != nil || stored == nil || stored.Blocked || stored.Realm != p.Realm {
			return false, err
		}
		owner, linked, err := s.Local.Linked(p.Name, id)
		if err != nil || linked && owner == nil {
			return false, err
		}
		var person identity.Person
		if linked {
			person = *owner
		}
		return since(&person, stored).Honours(known.UserUID, time.UnixMilli(known.SignedInAt)), nil
	}
}
