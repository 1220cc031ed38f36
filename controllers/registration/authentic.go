package registration

import (
	"context"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/credentials"
	"github.com/grantor-dev/grantor/internal/keyring"
	"github.com/grantor-dev/grantor/internal/registered"
)

// authentic returns when to look again at a Registration whose seal does not verify with the
// server's keys; 0 if it does. If the key is gone, the server seals the Registration again when
// the request is repeated.
func (r *Reconciler) authentic(ctx context.Context, p *pass) (time.Duration, error) {
	_, peppers, err := r.keysOf(ctx, p.server)
	if err != nil {
		return 0, err
	}
	if len(peppers) == 0 {
		return recheck, nil
	}
	if !registered.Parts(p.registration).Sealed(peppers, p.registration.Spec.Seal) {
		r.Events.Eventf(p.server, nil, corev1.EventTypeWarning, "RegistrationVoid", "Reconcile",
			"Registration %s was not written with the keys of the server, and is ignored", p.registration.Name)
		return recheck, nil
	}
	return 0, nil
}

// keysOf returns the keys of a server and the peppers among them; none while the Secret is
// missing or broken, which the status of the OAuthServer says.
func (r *Reconciler) keysOf(ctx context.Context, server *oauthv1alpha1.OAuthServer) (keyring.Ring, credentials.Peppers, error) {
	secret := &corev1.Secret{}
	err := r.Client.Get(ctx, client.ObjectKey{Namespace: server.Namespace, Name: oauthv1alpha1.KeySecretName(server.Name)}, secret)
	if apierrors.IsNotFound(err) {
		return keyring.Ring{}, nil, nil
	}
	if err != nil {
		return keyring.Ring{}, nil, fmt.Errorf("get key secret: %w", err)
	}
	ring, err := r.KeyRings.Decode(secret)
	if err != nil {
		return keyring.Ring{}, nil, nil //nolint:nilerr // the OAuthServer says so
	}
	peppers, err := ring.Peppers(r.Now())
	if err != nil {
		return keyring.Ring{}, nil, fmt.Errorf("read keys: %w", err)
	}
	return ring, peppers, nil
}

// serverOf returns the OAuthServer of a Registration, nil if there is none.
func (r *Reconciler) serverOf(ctx context.Context, registration *sessionv1alpha1.Registration) (*oauthv1alpha1.OAuthServer, error) {
	server := &oauthv1alpha1.OAuthServer{}
	err := r.Client.Get(ctx, client.ObjectKey{Namespace: registration.Namespace, Name: registration.Spec.Server}, server)
	if apierrors.IsNotFound(err) || err == nil && server.DeletionTimestamp != nil {
		return nil, nil //nolint:nilnil // that there is none is an answer
	}
	if err != nil {
		return nil, fmt.Errorf("get server: %w", err)
	}
	return server, nil
}
