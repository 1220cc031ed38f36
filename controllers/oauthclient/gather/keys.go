package gather

import (
	"context"
	"errors"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/oauthclient/lookup"
	"github.com/grantor-dev/grantor/controllers/oauthclient/secret"
)

// ErrKeysMissing says that the server's keys do not all exist, so that nothing can be
// concluded about any digest.
var ErrKeysMissing = errors.New("the server's keys are missing")

// Peppers returns the server's peppers for a client, or ErrKeysMissing unless every key
// that the server needs exists.
func (r *Reader) Peppers(ctx context.Context, server *oauthv1alpha1.OAuthServer, c *oauthv1alpha1.OAuthClient, now time.Time) (secret.Peppers, error) {
	keys := &corev1.Secret{}
	err := r.Cache.Get(ctx, client.ObjectKey{Namespace: server.Namespace, Name: oauthv1alpha1.KeySecretName(server.Name)}, keys)
	if apierrors.IsNotFound(err) || !lookup.KeysReady(server) {
		return secret.Peppers{}, ErrKeysMissing
	}
	if err != nil {
		return secret.Peppers{}, fmt.Errorf("get key secret: %w", err)
	}
	ring, err := r.KeyRings.Decode(keys)
	if err != nil || len(ring.Lacks(server.Status.Keys, now)) > 0 {
		return secret.Peppers{}, ErrKeysMissing
	}
	return secret.PeppersOf(ring, server, c.UID, now)
}
