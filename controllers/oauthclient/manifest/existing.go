package manifest

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/credentials"
)

// Existing are the Secrets that concern a client.
type Existing struct {
	// Current has the name that the client's Secret should have, and is its own.
	Current *corev1.Secret
	// Foreign says that a Secret of that name exists and is not the client's own.
	Foreign bool
	// Leaving says that the foreign Secret belongs to a deleted client of the same
	// name and is about to be collected.
	Leaving bool
	// Old are the client's own Secrets of other names.
	Old []corev1.Secret
	// holder names the object that the foreign Secret belongs to, as far as it says;
	// retained says that it outlives that one.
	holder   string
	retained bool
}

// Sort sorts what exists: the Secret of the right name, nil if there is none, and those
// with the label of the client.
func Sort(c *oauthv1alpha1.OAuthClient, named *corev1.Secret, labelled []corev1.Secret) Existing {
	var found Existing
	switch {
	case named == nil:
	case Owned(named, c):
		found.Current = named
	default:
		found.Foreign = true
		found.holder, found.retained = holderOf(named, c)
		found.Leaving = found.holder == holder("OAuthClient", c.Name)
	}
	for _, secret := range labelled {
		if secret.Name != c.ClientSecretName() && Owned(&secret, c) && secret.Annotations[annotationSecretName] == secret.Name {
			found.Old = append(found.Old, secret)
		}
	}
	return found
}

// Value returns the client secret that the client's Secrets hold: the one that
// the newest digest is of, wherever it is, else that of the current Secret.
func (e Existing) Value(c *oauthv1alpha1.OAuthClient, digests []credentials.Credential) string {
	var values []string
	if e.Current != nil {
		values = append(values, ValueOf(e.Current, c))
	}
	for i := range e.Old {
		values = append(values, ValueOf(&e.Old[i], c))
	}
	if len(values) == 0 {
		return ""
	}
	if len(digests) > 0 {
		for _, value := range values {
			if value != "" && digests[0].Matches(c.UID, value) {
				return value
			}
		}
	}
	return values[0]
}

// CurrentValue returns the client secret that the current Secret holds.
func (e Existing) CurrentValue(c *oauthv1alpha1.OAuthClient) string { return ValueOf(e.Current, c) }

// ValueOf reads the client secret under the key that the Secret was written
// with, which differs from the one in the spec after that was renamed.
func ValueOf(secret *corev1.Secret, c *oauthv1alpha1.OAuthClient) string {
	key := secret.Annotations[annotationSecretKey]
	if key == "" {
		key = secretKey(c)
	}
	return string(secret.Data[key])
}

// UpToDate reports whether nothing is to be written for the given value.
func (e Existing) UpToDate(in Inputs, value string) bool {
	if e.Current == nil || len(e.Old) > 0 {
		return false
	}
	wanted, err := Desired(in, e.Current, value)
	return err == nil && Same(e.Current, wanted)
}

// Immutable reports whether the current Secret cannot be changed.
func (e Existing) Immutable() bool {
	return e.Current != nil && e.Current.Immutable != nil && *e.Current.Immutable
}

// Advice says what to do about a foreign Secret. One whose owner is known is not to be
// deleted: its owner would write it again, or lose its credentials.
func (e Existing) Advice(name string) string {
	switch {
	case e.retained:
		return fmt.Sprintf("Secret %q was written for %s, which retains it, and is left alone. Choose another spec.secret.name.", name, e.holder)
	case e.holder != "":
		return fmt.Sprintf("Secret %q belongs to %s and is left alone. Choose another spec.secret.name for one of the two.", name, e.holder)
	default:
		return fmt.Sprintf(
			"Secret %q exists and does not belong to this client; it is left alone. Delete it, choose another spec.secret.name, or, if a previous client of this name retained it, set spec.secret.deletionPolicy to Retain to take it over.", name)
	}
}
