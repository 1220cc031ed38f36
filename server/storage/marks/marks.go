package marks

import (
	"context"
	"errors"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/storage"
)

// +kubebuilder:rbac:groups=session.grantor.dev,resources=marks,verbs=get;create,namespace=grantor-system

// Store reads and writes Marks.
type Store struct {
	objects storage.Kind[sessionv1alpha1.Mark, *sessionv1alpha1.Mark]
	used    *usedNames
}

// New returns the store of a server.
func New(b storage.Backend) *Store {
	return &Store{
		objects: storage.Kind[sessionv1alpha1.Mark, *sessionv1alpha1.Mark]{Backend: b, Name: "Mark"},
		used:    newUsedNames(),
	}
}

// Revoke marks the token with the given id, of the client with the given UID, as revoked.
// That it is marked already is a success: the wish is fulfilled.
func (s *Store) Revoke(ctx context.Context, clientUID, id string, expiresAt time.Time) error {
	names, err := s.names(revoked, id)
	if err != nil {
		return err
	}
	err = s.objects.Create(ctx, s.mark(names[0], sessionv1alpha1.MarkSpec{
		Kind: sessionv1alpha1.MarkRevokedToken, ExpiresAt: metav1.NewTime(expiresAt), ClientUID: clientUID,
	}))
	if errors.Is(err, storage.ErrExists) {
		return nil
	}
	return err
}

// Revoked reports whether the token with the given id is marked.
func (s *Store) Revoked(ctx context.Context, id string) (bool, error) {
	names, err := s.names(revoked, id)
	if err != nil {
		return false, err
	}
	for _, name := range names {
		_, err := s.objects.Get(ctx, name)
		if err == nil {
			return true, nil
		}
		if !errors.Is(err, storage.ErrNotFound) {
			return false, err
		}
	}
	return false, nil
}

func (s *Store) mark(name string, spec sessionv1alpha1.MarkSpec) *sessionv1alpha1.Mark {
	minute := spec.ExpiresAt.UTC().Format(sessionv1alpha1.ExpiresMinuteLayout)
	return &sessionv1alpha1.Mark{
		ObjectMeta: metav1.ObjectMeta{Namespace: s.objects.Namespace, Name: name, Labels: map[string]string{sessionv1alpha1.LabelExpires: minute}},
		Spec:       spec,
	}
}

// Prefixes of names keep what is revoked and what was used apart.
const (
	revoked = "revoked-"
	used    = "used-"
)

// names returns those that a Mark of an id can have, first the one for a new Mark.
func (s *Store) names(prefix, id string) ([]string, error) {
	set, err := s.objects.Keys.Current()
	if err != nil {
		return nil, err
	}
	names := set.Names(keys.PurposeMarkName, id)
	for i, name := range names {
		names[i] = prefix + name
	}
	return names, nil
}
