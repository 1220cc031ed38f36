package storage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	"github.com/grantor-dev/grantor/server/keys"
)

// ErrVoid says that a stored object is not what this server wrote, or was written by a
// release whose format is unknown.
var ErrVoid = errors.New("the object does not verify")

// Payload is the private part of an object. It embeds Versioned.
type Payload interface{ version() *int }

// Versioned is what every payload begins with.
type Versioned struct {
	Version int `json:"version"`
}

func (v *Versioned) version() *int { return &v.Version }

// Sealed is a kind whose objects have a private part, encrypted and bound to the public
// one.
type Sealed[T any, P Object[T]] struct {
	Kind[T, P]
	purpose keys.Purpose
	version int
	parts   func(P) (public []string, payload *string)
}

// NewSealed returns the objects of a kind. version is that of the payloads that are written,
// unless they have one already; those from 1 to it are read. parts returns the public fields that a payload is
// bound to, and where it is.
func NewSealed[T any, P Object[T]](
	b Backend, name string, purpose keys.Purpose, version int, parts func(P) (public []string, payload *string),
) Sealed[T, P] {
	return Sealed[T, P]{Kind[T, P]{b, name}, purpose, version, parts}
}

// Meta is what an object has beside its kind and its content.
type Meta struct {
	// Name is that of the object, Version that of the object that it replaces, Subject
	// the user's.
	Name, Version, Subject string
	// Deletable is when the object may be deleted; zero for never.
	Deletable time.Time
	// Root is the root key that seals it; the zero value is the one in use.
	Root keys.RootID
}

// Seal completes an object that has its public fields.
func (s *Sealed[T, P]) Seal(object P, m Meta, private Payload) error {
	set, err := s.Keys.Current()
	if err != nil {
		return err
	}
	if version := private.version(); *version == 0 {
		*version = s.version
	}
	plain, err := json.Marshal(private)
	if err != nil {
		return fmt.Errorf("encode %s: %w", s.Name, err)
	}
	object.SetNamespace(s.Namespace)
	object.SetName(m.Name)
	object.SetResourceVersion(m.Version)
	object.SetLabels(Labels(m.Deletable, set.Names(keys.PurposeSubjectLabel, m.Subject)[0]))
	_, payload := s.parts(object)
	*payload = set.SealWith(m.Root, s.purpose, s.Context(object), plain)
	return nil
}

// Open reads the payload of an object. It returns ErrVoid.
func (s *Sealed[T, P]) Open(object P, private Payload) error {
	set, err := s.Keys.Current()
	if err != nil {
		return err
	}
	_, payload := s.parts(object)
	plain, err := set.Open(s.purpose, s.Context(object), *payload)
	if err != nil || json.Unmarshal(plain, private) != nil {
		return ErrVoid
	}
	if version := *private.version(); version < 1 || version > s.version {
		return ErrVoid
	}
	return nil
}

// Context returns what a payload is bound to.
func (s *Sealed[T, P]) Context(object P) string {
	public, _ := s.parts(object)
	return fmt.Sprintf("%q", append([]string{s.Issuer(), object.GetNamespace(), object.GetName()}, public...))
}

// Of returns what read makes of the objects of a user, as far as it is wanted. Objects
// that do not verify are left out.
func Of[V any, T any, P Object[T]](
	ctx context.Context, s *Sealed[T, P], subject string, read func(P) (V, error), wanted func(V) bool,
) ([]V, error) {
	set, err := s.Keys.Current()
	if err != nil {
		return nil, err
	}
	var out []V
	err = s.Each(ctx, sessionv1alpha1.LabelSubject, set.Names(keys.PurposeSubjectLabel, subject), func(object P) {
		if v, err := read(object); err == nil && wanted(v) {
			out = append(out, v)
		}
	})
	return out, err
}
