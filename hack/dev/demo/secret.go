package demo

import (
	"context"
	"encoding/base64"
	"fmt"
	"maps"
	"slices"
	"strings"

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
		d.Out.Detailf("%-32s%s", key, shown(d.secret, key))
	}
}

// shown returns the value of a key as it may be printed. The Secret holds the client
// secret under several keys, and a template can put it into any. So a value is printed
// only if its key is known to be public and the client secret is not in it.
func shown(secret map[string][]byte, key string) string {
	value, hidden := string(secret[key]), string(secret[keyClientSecret])
	encoded := base64.StdEncoding.EncodeToString([]byte(hidden))
	if !isPublic(key) || hidden != "" && (strings.Contains(value, hidden) || strings.Contains(value, encoded)) {
		return fmt.Sprintf("******** (%d characters)", len(value))
	}
	return value
}

// isPublic reports whether a key is known to hold nothing that authenticates.
func isPublic(key string) bool {
	switch key {
	case keyClientID, keyIssuer, "jwks_uri", "type", "provider", "client-id", "issuer-uri":
		return true
	}
	return strings.HasSuffix(key, "_endpoint")
}
