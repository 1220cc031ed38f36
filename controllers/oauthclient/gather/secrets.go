package gather

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/oauthclient/lookup"
	"github.com/grantor-dev/grantor/controllers/oauthclient/manifest"
)

// Existing reads the Secret of the right name and the client's others, from the cache or
// from the API server: that something is absent from a cache is no evidence that it does
// not exist.
func (r *Reader) Existing(ctx context.Context, c *oauthv1alpha1.OAuthClient, cached bool) (manifest.Existing, error) {
	reader := r.Cache
	var which client.ListOption = client.MatchingFields{lookup.IndexClientUID: string(c.UID)}
	if !cached {
		reader, which = r.Live, client.MatchingLabels{oauthv1alpha1.LabelClientUID: string(c.UID)}
	}
	named := &corev1.Secret{}
	err := reader.Get(ctx, client.ObjectKey{Namespace: c.Namespace, Name: c.ClientSecretName()}, named)
	if apierrors.IsNotFound(err) {
		named = nil
	} else if err != nil {
		return manifest.Existing{}, fmt.Errorf("get client secret: %w", err)
	}
	list := &corev1.SecretList{}
	if err := reader.List(ctx, list, client.InNamespace(c.Namespace), which); err != nil {
		return manifest.Existing{}, fmt.Errorf("list client secrets: %w", err)
	}
	return manifest.Sort(c, named, list.Items), nil
}

// Source reads a Secret that spec.secret.from names from the API server; it has no UID if
// there is none.
func (r *Reader) Source(ctx context.Context, namespace, name string) (*corev1.Secret, error) {
	source := &corev1.Secret{}
	if err := r.Live.Get(ctx, client.ObjectKey{Namespace: namespace, Name: name}, source); client.IgnoreNotFound(err) != nil {
		return nil, fmt.Errorf("get source secret: %w", err)
	}
	return source, nil
}
