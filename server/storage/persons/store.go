package persons

import (
	"context"
	"errors"
	"fmt"
	"time"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/storage"
)

// +kubebuilder:rbac:groups=session.grantor.dev,resources=persons,verbs=get;create;update,namespace=grantor-system

// attempts bounds how often a write is tried that meets others.
const attempts = 8

// Store keeps Persons.
type Store struct {
	objects storage.Sealed[sessionv1alpha1.Person, *sessionv1alpha1.Person]
	room    func() error
}

// New returns the store of a server. room reserves space for one more Person.
func New(b storage.Backend, room func() error) *Store {
	return &Store{storage.NewSealed(b, "Person", keys.PurposePerson, payloadVersion, parts), room}
}

// Find reads the Person of a subject, nil if there is none that counts.
func (s *Store) Find(ctx context.Context, subject string, now time.Time) (*Person, error) {
	p, err := s.read(ctx, subject)
	if err != nil || p == nil || p.ExpiresAt.IsZero() || !now.Before(p.ExpiresAt) || p.Subject != subject {
		return nil, err
	}
	return p, nil
}

// read returns what is stored of a subject, nil for nothing. One that does not verify has
// nothing but the UID, the name and the version, to be written over.
func (s *Store) read(ctx context.Context, subject string) (*Person, error) {
	name, err := s.name(subject)
	if err != nil {
		return nil, err
	}
	object, err := s.objects.Get(ctx, name)
	if errors.Is(err, storage.ErrNotFound) {
		return nil, nil //nolint:nilnil // that there is none is an answer
	}
	if err != nil {
		return nil, err
	}
	p, err := s.person(object)
	if errors.Is(err, storage.ErrVoid) {
		return &Person{UID: string(object.UID), name: object.Name, version: object.ResourceVersion}, nil
	}
	return p, err
}

func (s *Store) name(subject string) (string, error) {
	set, err := s.objects.Keys.Current()
	if err != nil {
		return "", err
	}
	return set.Names(keys.PurposePersonName, subject)[0], nil
}

// SignIn stores what a provider said about a user who has just signed in, and returns the Person
// as it is stored. It writes nothing if the Person already says the same and fresh says that it
// need not be written again. If there is no room, it returns that error unchanged.
func (s *Store) SignIn(ctx context.Context, next Person, fresh func(stored *Person) bool, now time.Time) (*Person, error) {
	for range attempts {
		stored, err := s.read(ctx, next.Subject)
		if err != nil {
			return nil, err
		}
		if stored != nil && stored.Subject == next.Subject && fresh(stored) {
			return stored, nil
		}
		p := next.after(stored, now)
		if stored != nil {
			p.version, p.name = stored.version, stored.name
		} else if p.name, err = s.name(p.Subject); err != nil {
			return nil, err
		} else if err := s.room(); err != nil {
			return nil, err
		}
		made, err := s.write(ctx, &p)
		if !lost(err) {
			return made, err
		}
	}
	return nil, fmt.Errorf("store person: %w", storage.ErrConflict)
}

// Claim takes the right to ask the provider of a user until a time. It returns nil if another
// replica took it, or the Person has changed since it was read.
func (s *Store) Claim(ctx context.Context, p *Person, until time.Time) (*Person, error) {
	claimed := *p
	claimed.CheckingUntil = until
	made, err := s.write(ctx, &claimed)
	if lost(err) {
		return nil, nil //nolint:nilnil // that another one has it is an answer
	}
	return made, err
}

// Settle stores the result of a recheck. It changes nothing if the user has signed in meanwhile.
// If the answer to a write was lost, it tries again.
func (s *Store) Settle(ctx context.Context, p *Person) (*Person, error) {
	p.CheckingUntil = time.Time{}
	var err error
	for range 3 {
		var made *Person
		if made, err = s.write(ctx, p); err == nil {
			return made, nil
		}
		if lost(err) {
			return s.read(ctx, p.Subject)
		}
	}
	return nil, fmt.Errorf("store person: %w", err)
}

func lost(err error) bool {
	return errors.Is(err, storage.ErrConflict) || errors.Is(err, storage.ErrExists) || errors.Is(err, storage.ErrNotFound)
}

// write creates a Person that has no version, and updates any other.
func (s *Store) write(ctx context.Context, p *Person) (*Person, error) {
	object, err := s.object(p)
	if err != nil {
		return nil, err
	}
	if p.version == "" {
		object, err = s.objects.Make(ctx, object)
	} else {
		object, err = s.objects.Put(ctx, object)
	}
	if err != nil {
		return nil, err
	}
	return s.person(object)
}
