package marks

import (
	"context"
	"fmt"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	"github.com/grantor-dev/grantor/server/keys"
)

// +kubebuilder:rbac:groups=session.grantor.dev,resources=marks,verbs=get;create,namespace=grantor-system

// resource is the plural name of the kind.
const resource = "marks"

// timeout bounds one call to the API server.
const timeout = 5 * time.Second

// Store reads and writes Marks in one namespace.
type Store struct {
	// Client is for session.grantor.dev/v1alpha1.
	Client rest.Interface
	// Namespace is where the server keeps its session objects.
	Namespace string
	// Keys name the Marks.
	Keys *keys.Store
}

// Revoke marks the token with the given id as revoked. That it is marked already
// is a success: the wish is fulfilled.
func (s *Store) Revoke(ctx context.Context, id string, expiresAt time.Time) error {
	names, err := s.names(id)
	if err != nil {
		return err
	}
	mark := &sessionv1alpha1.Mark{
		TypeMeta: metav1.TypeMeta{APIVersion: sessionv1alpha1.GroupVersion.String(), Kind: "Mark"},
		ObjectMeta: metav1.ObjectMeta{
			Namespace: s.Namespace,
			Name:      names[0],
			Labels:    map[string]string{sessionv1alpha1.LabelExpires: expiresAt.UTC().Format(sessionv1alpha1.ExpiresLayout)},
		},
		Spec: sessionv1alpha1.MarkSpec{Kind: sessionv1alpha1.MarkRevokedToken, ExpiresAt: metav1.NewTime(expiresAt)},
	}
	ctx, cancel := bounded(ctx)
	defer cancel()
	err = s.Client.Post().Namespace(s.Namespace).Resource(resource).Body(mark).MaxRetries(1).Do(ctx).Error()
	if err != nil && !apierrors.IsAlreadyExists(err) {
		return fmt.Errorf("create mark: %w", err)
	}
	return nil
}

// Revoked reports whether the token with the given id is marked.
func (s *Store) Revoked(ctx context.Context, id string) (bool, error) {
	names, err := s.names(id)
	if err != nil {
		return false, err
	}
	ctx, cancel := bounded(ctx)
	defer cancel()
	for _, name := range names {
		err := s.Client.Get().Namespace(s.Namespace).Resource(resource).Name(name).MaxRetries(1).Do(ctx).Error()
		if err == nil {
			return true, nil
		}
		if !apierrors.IsNotFound(err) {
			return false, fmt.Errorf("get mark: %w", err)
		}
	}
	return false, nil
}

// bounded gives a call its own time. net/http ends the context of a request when the
// client closes its side of the connection, which it may do and still wait for the
// answer.
func bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), timeout)
}

func (s *Store) names(id string) ([]string, error) {
	set, err := s.Keys.Current()
	if err != nil {
		return nil, err
	}
	names := set.Names(keys.PurposeMarkName, id)
	for i, name := range names {
		names[i] = "revoked-" + name
	}
	return names, nil
}
