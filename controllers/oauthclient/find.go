package oauthclient

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/credentials"
)

// secrets are the Secrets that concern a client.
type secrets struct {
	// current has the name that the client's Secret should have, and is its own.
	current *corev1.Secret
	// foreign says that a Secret of that name exists and is not the client's own.
	foreign bool
	// leaving says that the foreign Secret belongs to a deleted client of the same
	// name and is about to be collected.
	leaving bool
	// holder names the object that the foreign Secret belongs to, as far as it says;
	// retained says that it outlives that one.
	holder   string
	retained bool
	// former are the client's own Secrets of other names.
	former []corev1.Secret
}

// findSecrets reads the Secret of the right name and the client's others; which
// selects the client's in the reader's own way.
func findSecrets(ctx context.Context, reader client.Reader, which client.ListOption, c *oauthv1alpha1.OAuthClient) (secrets, error) {
	var found secrets
	secret := &corev1.Secret{}
	err := reader.Get(ctx, client.ObjectKey{Namespace: c.Namespace, Name: c.ClientSecretName()}, secret)
	switch {
	case apierrors.IsNotFound(err):
	case err != nil:
		return found, fmt.Errorf("get client secret: %w", err)
	case owned(secret, c):
		found.current = secret
	default:
		found.foreign = true
		found.holder, found.retained = holderOf(secret, c)
		found.leaving = found.holder == holder("OAuthClient", c.Name)
	}
	list := &corev1.SecretList{}
	if err := reader.List(ctx, list, client.InNamespace(c.Namespace), which); err != nil {
		return found, fmt.Errorf("list client secrets: %w", err)
	}
	for _, secret := range list.Items {
		if secret.Name != c.ClientSecretName() && owned(&secret, c) && secret.Annotations[annotationSecretName] == secret.Name {
			found.former = append(found.former, secret)
		}
	}
	return found, nil
}

// owned reports whether a Secret is the client's own. Whoever can forge the marks
// can write Secrets in the client's namespace and gains nothing by it.
func owned(secret *corev1.Secret, c *oauthv1alpha1.OAuthClient) bool {
	if secret.Type != secretType(c) {
		return false
	}
	if owner := metav1.GetControllerOf(secret); owner != nil {
		return owner.UID == c.UID
	}
	if secret.Labels[oauthv1alpha1.LabelPartOf] != oauthv1alpha1.PartOfClient || secret.Annotations[annotationSecretName] != secret.Name {
		return false
	}
	if secret.Labels[oauthv1alpha1.LabelClientUID] == string(c.UID) {
		return true
	}
	handedOn := c.Spec.Secret.DeletionPolicy == oauthv1alpha1.DeletionPolicyRetain ||
		secret.Annotations[oauthv1alpha1.AnnotationRestored] == "true"
	return handedOn && secret.Annotations[oauthv1alpha1.AnnotationClient] == c.Name
}

// holderOf names the object that a Secret belongs to, empty if none is known, and says
// whether the Secret outlives it. What a former client of the same name retained is
// nobody's.
func holderOf(secret *corev1.Secret, c *oauthv1alpha1.OAuthClient) (name string, retained bool) {
	if owner := metav1.GetControllerOf(secret); owner != nil {
		return holder(owner.Kind, owner.Name), false
	}
	former := secret.Annotations[oauthv1alpha1.AnnotationClient]
	ours := secret.Labels[oauthv1alpha1.LabelPartOf] == oauthv1alpha1.PartOfClient && secret.Annotations[annotationSecretName] == secret.Name
	if !ours || former == "" || former == c.Name {
		return "", false
	}
	return holder("OAuthClient", former), true
}

func holder(kind, name string) string { return fmt.Sprintf("%s %q", kind, name) }

// value returns the client secret that the client's Secrets hold: the one that
// the newest digest is of, wherever it is, else that of the current Secret.
func (s secrets) value(c *oauthv1alpha1.OAuthClient, digests []credentials.Credential) string {
	var values []string
	if s.current != nil {
		values = append(values, secretValue(s.current, c))
	}
	for i := range s.former {
		values = append(values, secretValue(&s.former[i], c))
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

// secretValue reads the client secret under the key that the Secret was written
// with, which differs from the one in the spec after that was renamed.
func secretValue(secret *corev1.Secret, c *oauthv1alpha1.OAuthClient) string {
	key := secret.Annotations[annotationSecretKey]
	if key == "" {
		key = secretKey(c)
	}
	return string(secret.Data[key])
}

// upToDate reports whether nothing is to be written for the given value.
func (s secrets) upToDate(p *pass, value string) bool {
	if s.current == nil || len(s.former) > 0 {
		return false
	}
	wanted, err := desired(p, s.current, value)
	return err == nil && same(s.current, wanted)
}
