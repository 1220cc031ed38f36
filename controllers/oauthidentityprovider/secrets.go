package oauthidentityprovider

import (
	"cmp"
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/oauthclient/manifest"
	"github.com/grantor-dev/grantor/internal/providerspec"
)

// readSecrets reads what authenticates the servers at the providers.
func (r *Reconciler) readSecrets(ctx context.Context, p *pass) error {
	names := map[string]bool{}
	for _, one := range p.providers {
		if one.needsSecret() {
			names[providerspec.SecretRef(one.object).Name] = true
		}
	}
	// First followed, then read: a change in between comes as an event.
	watch, err := r.secrets.Follow(ctx, p.namespace, names)
	if err != nil {
		return err
	}
	fetched := map[string]*corev1.Secret{}
	for name := range names {
		if watch.Version(p.namespace, name) == "" {
			continue
		}
		secret := &corev1.Secret{}
		err := r.Live.Get(ctx, client.ObjectKey{Namespace: p.namespace, Name: name}, secret)
		if client.IgnoreNotFound(err) != nil {
			return fmt.Errorf("get a secret of a provider: %w", err)
		}
		if !apierrors.IsNotFound(err) {
			fetched[name] = secret
		}
	}
	for _, one := range p.providers {
		if one.needsSecret() {
			one.entry, one.missing = entryOf(one.object, fetched[providerspec.SecretRef(one.object).Name])
		}
	}
	return nil
}

// entryOf returns the entry of a provider, or why there is none. It quotes nothing of the
// value.
func entryOf(object *oauthv1alpha1.OAuthIdentityProvider, secret *corev1.Secret) ([]byte, *problem) {
	field, ref, key := secretField(object), providerspec.SecretRef(object), providerspec.SecretKey(object)
	if secret == nil {
		return nil, &problem{oauthv1alpha1.ReasonProviderSecretNotFound, fmt.Sprintf(
			"Secret %q does not exist in this namespace. Create it with the value under the key %q, or name another one in %s.", ref.Name, key, field)}
	}
	value, ok := secret.Data[key]
	if !ok {
		return nil, &problem{oauthv1alpha1.ReasonProviderSecretNotFound, fmt.Sprintf(
			"Secret %q has no key %q. Add it, or name another one in %s.key.", ref.Name, key, field)}
	}
	why := manifest.RefuseUse(secret)
	credential, err := providerspec.NewCredential(object, value)
	if err != nil {
		why = cmp.Or(why, err.Error())
	}
	entry, err := credential.Encode()
	if err != nil {
		why = cmp.Or(why, "it cannot be stored")
	}
	if why != "" {
		return nil, &problem{oauthv1alpha1.ReasonProviderSecretRefused, fmt.Sprintf(
			"The value of key %q in Secret %q is refused: %s. Write another one.", key, ref.Name, why)}
	}
	return entry, nil
}

// secretField names the field that names the Secret.
func secretField(object *oauthv1alpha1.OAuthIdentityProvider) string {
	switch {
	case object.Spec.OIDC != nil:
		return "spec.oidc.clientSecretRef"
	case object.Spec.OAuth2 != nil:
		return "spec.oauth2.clientSecretRef"
	default:
		return "spec.ldap.bindSecretRef"
	}
}
