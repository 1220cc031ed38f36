package keys

import (
	"context"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/keyring"
)

// keySecret returns the server's key Secret, or nil if the API server has none. The cache
// is believed while all keys are there: one that is behind looks like a loss.
func (r *Reconciler) keySecret(ctx context.Context, server *oauthv1alpha1.OAuthServer) (*corev1.Secret, error) {
	key := client.ObjectKey{Namespace: server.Namespace, Name: oauthv1alpha1.KeySecretName(server.Name)}
	secret := &corev1.Secret{}
	err := r.Client.Get(ctx, key, secret)
	if apierrors.IsNotFound(err) || err == nil && !r.complete(server, secret) {
		secret = &corev1.Secret{}
		err = r.Live.Get(ctx, key, secret)
	}
	if apierrors.IsNotFound(err) {
		return nil, nil //nolint:nilnil // absence is an answer here, not an error
	}
	if err != nil {
		return nil, fmt.Errorf("get key secret: %w", err)
	}
	return secret, nil
}

// complete reports whether a Secret holds every key that the status names.
func (r *Reconciler) complete(server *oauthv1alpha1.OAuthServer, secret *corev1.Secret) bool {
	ring, err := r.KeyRings.Decode(secret)
	return err == nil && len(missingKeys(server, ring, r.Now())) == 0
}

// createKeys makes the first keys. The Secret has no owner reference: a server
// that is deleted by mistake and created again has its keys.
func (r *Reconciler) createKeys(ctx context.Context, server *oauthv1alpha1.OAuthServer) (*corev1.Secret, error) {
	if err := r.sameKeys(ctx, server); err != nil {
		return nil, err
	}
	ring, err := keyring.Generate(r.Now())
	if err != nil {
		return nil, fmt.Errorf("generate keys: %w", err)
	}
	data, err := ring.Meeting(requestedRotation(server, r.Now())).Encode()
	if err != nil {
		return nil, fmt.Errorf("encode keys: %w", err)
	}
	secret := &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{
			Namespace:   server.Namespace,
			Name:        oauthv1alpha1.KeySecretName(server.Name),
			Labels:      map[string]string{oauthv1alpha1.LabelPartOf: oauthv1alpha1.PartOfKeys},
			Annotations: map[string]string{oauthv1alpha1.AnnotationServer: server.Name},
		},
		Type: corev1.SecretTypeOpaque,
		Data: data,
	}
	if err := r.Client.Create(ctx, secret, client.FieldOwner(oauthv1alpha1.FieldManager)); err != nil {
		return nil, fmt.Errorf("create key secret: %w", err)
	}
	return secret, nil
}

// missingKeys names the keys that the status knows and the ring lacks, and the
// kinds of keys that no server can do without and the ring has none of.
func missingKeys(server *oauthv1alpha1.OAuthServer, ring keyring.Ring, now time.Time) []string {
	var missing []string
	for _, name := range ring.Lacks(server.Status.Keys, now) {
		missing = append(missing, fmt.Sprintf("the entry %q", name))
	}
	if len(missing) > 0 {
		return missing
	}
	for _, kind := range ring.Missing() {
		missing = append(missing, fmt.Sprintf("any %s key", kind))
	}
	return missing
}
