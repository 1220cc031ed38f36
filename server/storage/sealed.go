package storage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

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
	// Purpose is what the payloads are sealed for.
	Purpose keys.Purpose
	// Version is that of the payloads that are written. Those from 1 on are read.
	Version int
	// Parts returns the public fields that a payload is bound to, and where it is.
	Parts func(P) (public []string, payload *string)
}

// Meta returns the metadata of a user's object that may be deleted after a time.
// version is that of the object that it replaces.
func (s *Sealed[T, P]) Meta(set *keys.Set, name, version, subject string, deletable time.Time) metav1.ObjectMeta {
	return metav1.ObjectMeta{
		Namespace: s.Namespace, Name: name, ResourceVersion: version,
		Labels: Labels(deletable, set.Names(keys.PurposeSubjectLabel, subject)[0]),
	}
}

// Seal sets the payload of an object whose public fields are set. The zero root is the
// one in use.
func (s *Sealed[T, P]) Seal(set *keys.Set, root keys.RootID, object P, private Payload) error {
	*private.version() = s.Version
	plain, err := json.Marshal(private)
	if err != nil {
		return fmt.Errorf("encode %s: %w", s.Name, err)
	}
	_, payload := s.Parts(object)
	*payload = set.SealWith(root, s.Purpose, s.Context(object), plain)
	return nil
}

// Open reads the payload of an object. It returns ErrVoid.
func (s *Sealed[T, P]) Open(set *keys.Set, object P, private Payload) error {
	_, payload := s.Parts(object)
	plain, err := set.Open(s.Purpose, s.Context(object), *payload)
	if err != nil || json.Unmarshal(plain, private) != nil {
		return ErrVoid
	}
	if version := *private.version(); version < 1 || version > s.Version {
		return ErrVoid
	}
	return nil
}

// Context returns what a payload is bound to.
func (s *Sealed[T, P]) Context(object P) string {
	public, _ := s.Parts(object)
	return fmt.Sprintf("%q", append([]string{s.Issuer(), object.GetNamespace(), object.GetName()}, public...))
}

// OfSubject calls visit for each object of a user, with the keys that open it.
func (s *Sealed[T, P]) OfSubject(ctx context.Context, subject string, visit func(*keys.Set, P)) error {
	set, err := s.Keys.Current()
	if err != nil {
		return err
	}
	names := set.Names(keys.PurposeSubjectLabel, subject)
	return s.Each(ctx, sessionv1alpha1.LabelSubject, names, func(object P) { visit(set, object) })
}
