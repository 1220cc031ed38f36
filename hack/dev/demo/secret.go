package demo

import (
	"context"
	"fmt"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Keys of a Secret whose OAuthClient renames none.
const (
	keyClientID      = "client_id"
	keyClientSecret  = "client_secret"
	keyIssuer        = "issuer"
	keyTokenEndpoint = "token_endpoint"
	keyIntrospection = "introspection_endpoint"
)

func (d *demo) readSecret(ctx context.Context) (string, error) {
	secret := &corev1.Secret{}
	name := client.ObjectKey{Namespace: d.client.Namespace, Name: d.client.Status.SecretName}
	if err := d.kube.Get(ctx, name, secret); err != nil {
		return "", fmt.Errorf("read the Secret that the status names: %w", err)
	}
	d.secret = secret.Data
	for _, key := range []string{keyClientID, keyClientSecret, keyIssuer, keyTokenEndpoint, keyIntrospection} {
		if len(secret.Data[key]) == 0 {
			return "", fmt.Errorf("the Secret %s has no %s", name, key)
		}
	}
	return name.String(), nil
}

func (d *demo) showSecret() {
	for _, key := range slices.Sorted(maps.Keys(d.secret)) {
		d.Out.Detailf("%-24s%s", key, masked(key, string(d.secret[key])))
	}
}

// masked hides what authenticates.
func masked(key, value string) string {
	if key == keyClientSecret {
		return fmt.Sprintf("******** (%d characters)", len(value))
	}
	return value
}
