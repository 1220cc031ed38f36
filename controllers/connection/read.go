package connection

import (
	"context"
	"fmt"
	"slices"

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
	peppers, err := r.peppers(ctx, c)
	if err != nil || len(peppers) == 0 {
		return f, false, err
	}
	code, err := handover.Open(peppers, c)
	if err != nil {
		return f, true, nil //nolint:nilerr // that it does not open is a fact
	}
	f.code = &code
	f.user, f.rivals, err = r.users.find(c.Namespace, code.UserUID)
	return f, true, err
}

// find returns the user of a UID, nil for none, and those who claim the same username or subject.
func (u users) find(namespace, uid string) (user *oauthv1alpha1.OAuthUser, rivals []*oauthv1alpha1.OAuthUser, err error) {
	found, err := u.byUID.Of(uid)
	if err != nil || len(found) == 0 || found[0].Namespace != namespace {
		return nil, nil, err
	}
	user = found[0]
	byName, err := u.byUsername.Of(user.Spec.Username)
	if err != nil {
		return nil, nil, err
	}
	bySubject, err := u.bySubject.Of(user.Subject())
	return user, slices.Concat(byName, bySubject), err
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

// tokenOf reads an OAuthToken at the API server, nil if there is none.
func (r *Reconciler) tokenOf(ctx context.Context, key client.ObjectKey) (*oauthv1alpha1.OAuthToken, error) {
	token := &oauthv1alpha1.OAuthToken{}
	err := r.Live.Get(ctx, key, token)
	if apierrors.IsNotFound(err) {
		return nil, nil //nolint:nilnil // that there is none is an answer
	}
	if err != nil {
		return nil, fmt.Errorf("get token: %w", err)
	}
	return token, nil
}
