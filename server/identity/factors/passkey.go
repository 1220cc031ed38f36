package factors

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/identity/factors/passkeys"
	"github.com/grantor-dev/grantor/server/identity/factors/recovery"
	"github.com/grantor-dev/grantor/server/storage/enrollments"
)

const (
	// MaxPasskeys is how many passkeys a user can have.
	MaxPasskeys = 10
	// maxName is how long the name of one may be, in characters.
	maxName = 64
	// maxID and maxCredential bound a passkey, in bytes, so that as many as possible fit into
	// an Enrollment. Authenticators make IDs of 16 to some 100 bytes, and keys of 32 to 512.
	maxID, maxCredential = 255, 1100
)

var (
	// ErrMany says that a user has as many passkeys as possible.
	ErrMany = errors.New("there are too many passkeys")
	// ErrUnavailable says that browsers have no passkeys for the issuer.
	ErrUnavailable = errors.New("browsers have no passkeys for an issuer without a name")
)

// user returns a Person in the form that authenticators use.
func user(e *enrollments.Enrollment, person *identity.Person) passkeys.User {
	u := passkeys.User{Handle: e.Handle(), Name: person.Username, DisplayName: person.DisplayName}
	for _, key := range e.Passkeys {
		u.Credentials = append(u.Credentials, key.Credential)
	}
	return u
}

// NewPasskey returns the options with which a browser creates a passkey. It returns ErrMany or
// ErrUnavailable.
func (s *Service) NewPasskey(e *enrollments.Enrollment, person *identity.Person) ([]byte, passkeys.Ceremony, error) {
	switch {
	case !passkeys.Available(s.Issuer()):
		return nil, passkeys.Ceremony{}, ErrUnavailable
	case len(e.Passkeys) >= MaxPasskeys:
		return nil, passkeys.Ceremony{}, ErrMany
	}
	return passkeys.Create(s.Issuer(), user(e, person), s.Now())
}

// AddPasskey adds a passkey that a browser has made. It returns recovery codes if the user
// has none. It returns identity.ErrWrong, ErrMany or ErrThere.
func (s *Service) AddPasskey(
	ctx context.Context, e *enrollments.Enrollment, person *identity.Person, c passkeys.Ceremony, answer, name string, by Adding,
) (codes []string, err error) {
	id, credential, err := passkeys.Created(s.Issuer(), user(e, person), c, answer)
	if err != nil || len(id) > maxID || len(credential) > maxCredential {
		return nil, identity.ErrWrong
	}
	err = s.change(ctx, e, func(e *enrollments.Enrollment) error {
		now := s.Now()
		codes = nil
		if slices.ContainsFunc(e.Passkeys, func(k enrollments.Passkey) bool { return bytes.Equal(k.ID, id) }) {
			// The same write succeeded before, and its answer was lost.
			return errUnchanged
		}
		if len(e.Passkeys) >= MaxPasskeys {
			return ErrMany
		}
		if err := s.begin(ctx, e, by); err != nil {
			return err
		}
		e.AddedFirst(now)
		e.Passkeys = append(slices.Clone(e.Passkeys), enrollments.Passkey{Name: named(name), ID: id, Credential: credential, AddedAt: now.UnixMilli()})
		if len(e.Recovery) == 0 {
			codes, e.Recovery = recovery.New()
		}
		return nil
	})
	return codes, err
}

// named returns the name of a passkey that can be shown.
func named(name string) string {
	name = strings.Join(strings.Fields(strings.ToValidUTF8(name, "")), " ")
	if runes := []rune(name); len(runes) > maxName {
		name = string(runes[:maxName])
	}
	return name
}

// AskPasskey returns the options with which a browser signs in with a passkey; no Options for a
// user without passkeys.
func (s *Service) AskPasskey(e *enrollments.Enrollment, person *identity.Person) ([]byte, passkeys.Ceremony, error) {
	if len(e.Passkeys) == 0 || !passkeys.Available(s.Issuer()) {
		return nil, passkeys.Ceremony{}, nil
	}
	return passkeys.Ask(s.Issuer(), user(e, person), s.Now())
}

// CheckPasskey verifies the answer of a browser, which counts once. Nobody can guess it, so
// wrong answers are not counted. It returns the methods (RFC 8176), or identity.ErrWrong or
// passkeys.ErrCloned.
func (s *Service) CheckPasskey(
	ctx context.Context, e *enrollments.Enrollment, person *identity.Person, c passkeys.Ceremony, answer string,
) ([]string, error) {
	err := s.change(ctx, e, func(e *enrollments.Enrollment) error {
		id, credential, err := passkeys.Answered(s.Issuer(), user(e, person), c, answer)
		switch {
		case errors.Is(err, passkeys.ErrCloned):
			return err
		case err != nil:
			return identity.ErrWrong
		}
		n := slices.IndexFunc(e.Passkeys, func(k enrollments.Passkey) bool { return bytes.Equal(k.ID, id) })
		// Many passkeys do not count signatures, so a challenge from before the last use is too
		// old. The clock of the replica that made it may be ahead.
		if n < 0 || c.At <= e.Passkeys[n].UsedAt {
			return identity.ErrWrong
		}
		e.Passkeys = slices.Clone(e.Passkeys)
		// The clock of the replica that asked may be ahead.
		e.Passkeys[n].Credential, e.Passkeys[n].UsedAt = credential, max(s.Now().UnixMilli(), c.At)
		e.Succeeded()
		return nil
	})
	if err != nil {
		return nil, err
	}
	return []string{identity.MethodKey}, nil
}

// RemovePasskey removes a passkey. It returns ErrLast.
func (s *Service) RemovePasskey(ctx context.Context, e *enrollments.Enrollment, id []byte, required bool) error {
	return s.remove(ctx, e, required, func(e *enrollments.Enrollment) bool {
		before := len(e.Passkeys)
		e.Passkeys = slices.DeleteFunc(slices.Clone(e.Passkeys), func(k enrollments.Passkey) bool { return bytes.Equal(k.ID, id) })
		return len(e.Passkeys) < before
	})
}

// RenamePasskey gives a passkey another name.
func (s *Service) RenamePasskey(ctx context.Context, e *enrollments.Enrollment, id []byte, name string) error {
	return s.change(ctx, e, func(e *enrollments.Enrollment) error {
		n := slices.IndexFunc(e.Passkeys, func(k enrollments.Passkey) bool { return bytes.Equal(k.ID, id) })
		if n < 0 || e.Passkeys[n].Name == named(name) {
			return errUnchanged
		}
		e.Passkeys = slices.Clone(e.Passkeys)
		e.Passkeys[n].Name = named(name)
		return nil
	})
}
