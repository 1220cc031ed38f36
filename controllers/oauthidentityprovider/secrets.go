package oauthidentityprovider

import (
	"cmp"
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/oauthclient/manifest"
	"github.com/grantor-dev/grantor/internal/providerspec"
)

// readSecrets reads the credentials of the servers at the providers.
func (r *Reconciler) readSecrets(ctx context.Context, p *pass) error {
	names := map[string]bool{}
	for _, one := range p.providers {
		if one.needsSecret() {
			names[providerspec.SecretRef(one.object).Name] = true
		}
	}
	// The Secret is watched before it is read, so that a change in between causes an event.
	watch, err := r.secrets.Follow(ctx, p.namespace, names)
	if err != nil {
		return err
	}
	return r.readEntries(ctx, p, func(name string) string { return watch.Version(p.namespace, name) })
}

// reading is what was read for one provider: from which version of the Secret, for which spec.
type reading struct {
	generation int64
	version    string
	entry      []byte
	missing    *problem
}

// readEntries sets the entries of the providers. A Secret is read again when its version or the
// spec of the provider changed, so that nothing is read in a steady state.
func (r *Reconciler) readEntries(ctx context.Context, p *pass, version func(name string) string) error {
	stored, _ := r.known.Load(p.namespace)
	before, _ := stored.(map[types.UID]reading)
	now := map[types.UID]reading{}
	fetched := map[string]*corev1.Secret{}
	for _, one := range p.providers {
		if !one.needsSecret() {
			continue
		}
		name := providerspec.SecretRef(one.object).Name
		got, present := before[one.object.UID], version(name)
		if present == "" || got.version != present || got.generation != one.object.Generation {
			secret, err := r.fetch(ctx, p.namespace, name, present, fetched)
			if err != nil {
				return err
			}
			got = reading{generation: one.object.Generation}
			if secret != nil {
				got.version = string(secret.UID) + "/" + secret.ResourceVersion
			}
			got.entry, got.missing = entryOf(one.object, secret)
		}
		one.entry, one.missing = got.entry, got.missing
		now[one.object.UID] = got
	}
	if len(now) == 0 {
		r.known.Delete(p.namespace)
		return nil
	}
	r.known.Store(p.namespace, now)
	return nil
}

// fetch reads a Secret once in a pass; nil if there is none.
func (r *Reconciler) fetch(ctx context.Context, namespace, name, version string, fetched map[string]*corev1.Secret) (*corev1.Secret, error) {
	if secret, ok := fetched[name]; ok || version == "" {
		return secret, nil
	}
	secret := &corev1.Secret{}
	err := r.Live.Get(ctx, client.ObjectKey{Namespace: namespace, Name: name}, secret)
	if client.IgnoreNotFound(err) != nil {
		return nil, fmt.Errorf("get a secret of a provider: %w", err)
	}
	if err != nil {
		secret = nil
	}
	fetched[name] = secret
	return secret, nil
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
	why := refuseUse(secret)
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

// refuseUse says why no value of a Secret may be sent anywhere; empty if it may. With the Secret
// of an OAuthClient, the owner of a token endpoint could act as that client.
func refuseUse(secret *corev1.Secret) string {
	if secret.Labels[oauthv1alpha1.LabelPartOf] == oauthv1alpha1.PartOfClient {
		return "the Secret belongs to an OAuthClient"
	}
	return manifest.RefuseUse(secret)
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
