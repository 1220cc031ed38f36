package connection

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/credentials"
	"github.com/grantor-dev/grantor/internal/handover"
)

// facts returns what is known about a Connection of an OAuthToken, nil for none, and whether
// the keys of the server are known, without which nothing can be said of it.
func (r *Reconciler) facts(ctx context.Context, c *sessionv1alpha1.Connection, token *oauthv1alpha1.OAuthToken) (facts, bool, error) {
	f := facts{connection: c, token: token, now: r.Now()}
	peppers, err := r.peppersOf(ctx, c)
	if err != nil || len(peppers) == 0 {
		return f, false, err
	}
	code, err := handover.Open(peppers, c)
	if err != nil {
		return f, true, nil //nolint:nilerr // that it does not open is a fact
	}
	f.code = &code
	users := &oauthv1alpha1.OAuthUserList{}
	if err := r.Client.List(ctx, users, client.InNamespace(c.Namespace), client.UnsafeDisableDeepCopy); err != nil {
		return f, true, fmt.Errorf("list users: %w", err)
	}
	for i := range users.Items {
		if string(users.Items[i].UID) == code.UserUID {
			f.user = &users.Items[i]
		}
	}
	return f, true, nil
}

// peppersOf returns what the server of a Connection seals with; none while its key Secret is
// missing or broken, which the OAuthServer says.
func (r *Reconciler) peppersOf(ctx context.Context, c *sessionv1alpha1.Connection) (credentials.Peppers, error) {
	secret := &corev1.Secret{}
	err := r.Client.Get(ctx, client.ObjectKey{Namespace: c.Namespace, Name: oauthv1alpha1.KeySecretName(c.Spec.Server)}, secret)
	if apierrors.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("get key secret: %w", err)
	}
	ring, err := r.KeyRings.Decode(secret)
	if err != nil {
		return nil, nil //nolint:nilerr // the OAuthServer says so
	}
	peppers, err := ring.Peppers(r.Now())
	if err != nil {
		return nil, fmt.Errorf("read keys: %w", err)
	}
	return peppers, nil
}

// tokenOf reads the OAuthToken of a Connection at the API server, nil if there is none.
func (r *Reconciler) tokenOf(ctx context.Context, c *sessionv1alpha1.Connection) (*oauthv1alpha1.OAuthToken, error) {
	token := &oauthv1alpha1.OAuthToken{}
	err := r.Live.Get(ctx, client.ObjectKey{Namespace: c.Spec.Namespace, Name: c.Spec.Token}, token)
	if apierrors.IsNotFound(err) {
		return nil, nil //nolint:nilnil // that there is none is an answer
	}
	if err != nil {
		return nil, fmt.Errorf("get token: %w", err)
	}
	return token, nil
}
