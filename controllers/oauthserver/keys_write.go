package oauthserver

import (
	"context"
	"fmt"
	"maps"
	"time"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/keyring"
)

// apply returns the ring after the steps of an agenda.
func apply(ring keyring.Ring, a agenda, remove []string, now, requested time.Time) (keyring.Ring, error) {
	next := ring.Without(remove...)
	for _, key := range ring.Keys() {
		if at, ok := a.activate[key.ID]; ok {
			key.ActiveFrom, key.Staged = at, false
			next = next.With(key)
		}
	}
	for _, kind := range a.stage {
		met := requested
		if met.IsZero() {
			met = lastRequest(ring, kind)
		}
		key, err := keyring.Stage(kind, now, met)
		if err != nil {
			return keyring.Ring{}, err
		}
		next = next.With(key)
	}
	return next, nil
}

// lastRequest is the rotation request that the keys of a kind have met: replacing one for
// its age must not forget it.
func lastRequest(ring keyring.Ring, kind keyring.Kind) time.Time {
	var last time.Time
	for _, key := range ring.Keys() {
		if key.Kind() == kind && key.RequestedAt.After(last) {
			last = key.RequestedAt
		}
	}
	return last
}

// writeKeys updates the entries that changed. The others stay as they are, byte for byte.
func (r *Reconciler) writeKeys(ctx context.Context, secret *corev1.Secret, former, next keyring.Ring) error {
	was, err := former.Encode()
	if err != nil {
		return fmt.Errorf("encode keys: %w", err)
	}
	is, err := next.Encode()
	if err != nil {
		return fmt.Errorf("encode keys: %w", err)
	}
	secret = secret.DeepCopy()
	for name := range was {
		if _, ok := is[name]; !ok {
			delete(secret.Data, name)
		}
	}
	maps.DeleteFunc(is, func(name string, value []byte) bool { return string(was[name]) == string(value) })
	maps.Copy(secret.Data, is)
	if err := r.Client.Update(ctx, secret, client.FieldOwner(oauthv1alpha1.FieldManager)); err != nil {
		return fmt.Errorf("update key secret: %w", err)
	}
	return nil
}
