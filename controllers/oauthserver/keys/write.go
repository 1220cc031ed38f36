package keys

import (
	"context"
	"fmt"
	"maps"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/keyring"
)

// writeKeys updates the entries that changed. The others stay as they are, byte for byte.
func (r *Reconciler) writeKeys(ctx context.Context, secret *corev1.Secret, old, next keyring.Ring) error {
	was, err := old.Encode()
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
