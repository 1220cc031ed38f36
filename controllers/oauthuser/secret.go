package oauthuser

import (
	"context"
	"errors"
	"fmt"
	"maps"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/reconcile"
)

// writePasswords makes the password Secret of a server hold the entries and nothing
// else. A server without any gets no Secret. What only a user can cure is
// returned as a problem.
func (r *Reconciler) writePasswords(ctx context.Context, server *oauthv1alpha1.OAuthServer, entries map[string][]byte) (*problem, error) {
	current, err := r.passwordSecret(ctx, server)
	if err != nil {
		return nil, err
	}
	if current == nil {
		if len(entries) == 0 {
			return nil, nil //nolint:nilnil // that there is nothing to write is no problem
		}
		return refused(server, r.Client.Create(ctx, desired(server, nil, entries), client.FieldOwner(oauthv1alpha1.FieldManager)))
	}
	if !owned(current, server) {
		return &problem{oauthv1alpha1.ReasonSecretNotOwned, fmt.Sprintf(
			"Secret %q exists and was not made for OAuthServer %q; it is left alone. Delete it, so that the operator can write the passwords there.",
			current.Name, server.Name)}, nil
	}
	wanted := desired(server, current, entries)
	if same(current, wanted) {
		return nil, nil //nolint:nilnil // that there is nothing to write is no problem
	}
	if current.Type != corev1.SecretTypeOpaque || current.Immutable != nil && *current.Immutable {
		return nil, r.replace(ctx, current)
	}
	// The resource version of what was read guards the update.
	return refused(server, r.Client.Update(ctx, wanted, client.FieldOwner(oauthv1alpha1.FieldManager)))
}

// passwordSecret returns the Secret, or nil if the API server has none: one that
// lost its label is absent from the cache.
func (r *Reconciler) passwordSecret(ctx context.Context, server *oauthv1alpha1.OAuthServer) (*corev1.Secret, error) {
	key := client.ObjectKey{Namespace: server.Namespace, Name: oauthv1alpha1.PasswordSecretName(server.Name)}
	secret := &corev1.Secret{}
	err := r.Client.Get(ctx, key, secret)
	if apierrors.IsNotFound(err) {
		err = r.Live.Get(ctx, key, secret)
	}
	if apierrors.IsNotFound(err) {
		return nil, nil //nolint:nilnil // absence is an answer here, not an error
	}
	if err != nil {
		return nil, fmt.Errorf("get password secret: %w", err)
	}
	return secret, nil
}

// replace deletes what cannot be changed. It holds copies only; the next pass makes
// it anew.
func (r *Reconciler) replace(ctx context.Context, current *corev1.Secret) error {
	err := r.Client.Delete(ctx, current, client.Preconditions{UID: &current.UID, ResourceVersion: &current.ResourceVersion})
	if err != nil {
		return fmt.Errorf("delete password secret: %w", err)
	}
	return apierrors.NewConflict(schema.GroupResource{Resource: "secrets"}, current.Name, errors.New("it is made anew"))
}

// owned reports whether a Secret was made for the server, or for a previous one of its
// name.
func owned(secret *corev1.Secret, server *oauthv1alpha1.OAuthServer) bool {
	if owner := metav1.GetControllerOf(secret); owner != nil && owner.UID == server.UID {
		return true
	}
	return isOurs(secret) && secret.Annotations[oauthv1alpha1.AnnotationServer] == server.Name
}

func desired(server *oauthv1alpha1.OAuthServer, current *corev1.Secret, entries map[string][]byte) *corev1.Secret {
	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: server.Namespace, Name: oauthv1alpha1.PasswordSecretName(server.Name)}}
	if current != nil {
		secret = current.DeepCopy()
	}
	metav1.SetMetaDataLabel(&secret.ObjectMeta, oauthv1alpha1.LabelPartOf, oauthv1alpha1.PartOfPasswords)
	metav1.SetMetaDataAnnotation(&secret.ObjectMeta, oauthv1alpha1.AnnotationServer, server.Name)
	controller := true
	secret.OwnerReferences = []metav1.OwnerReference{{
		APIVersion: oauthv1alpha1.GroupVersion.String(), Kind: "OAuthServer", Name: server.Name, UID: server.UID, Controller: &controller,
	}}
	secret.Type = corev1.SecretTypeOpaque
	secret.Data = entries
	return secret
}

func same(a, b *corev1.Secret) bool {
	return a.Type == b.Type && equality.Semantic.DeepEqual(a.Data, b.Data) &&
		maps.Equal(a.Labels, b.Labels) && maps.Equal(a.Annotations, b.Annotations) &&
		equality.Semantic.DeepEqual(a.OwnerReferences, b.OwnerReferences)
}

// refused turns a refusal of the API server that a user has to cure into a
// problem. What it says is left out, since it may quote what was to be stored.
func refused(server *oauthv1alpha1.OAuthServer, err error) (*problem, error) {
	if err == nil {
		return nil, nil //nolint:nilnil // the write succeeded
	}
	code := reconcile.Refused(err)
	if code == 0 {
		return nil, fmt.Errorf("write password secret: %w", err)
	}
	return &problem{oauthv1alpha1.ReasonSecretRefused, fmt.Sprintf(
		"A quota, an admission policy or the API server refuses Secret %q (HTTP %d). Check the policies and quotas for Secrets in the namespace.",
		oauthv1alpha1.PasswordSecretName(server.Name), code)}, nil
}
