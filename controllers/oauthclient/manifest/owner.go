package manifest

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// Owned reports whether a Secret is the client's own. A tenant that can forge
// the marks can write Secrets in the client's namespace and gains nothing by it.
func Owned(secret *corev1.Secret, c *oauthv1alpha1.OAuthClient) bool {
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
// whether the Secret outlives it. What a previous client of the same name retained
// belongs to none.
func holderOf(secret *corev1.Secret, c *oauthv1alpha1.OAuthClient) (name string, retained bool) {
	if owner := metav1.GetControllerOf(secret); owner != nil {
		return holder(owner.Kind, owner.Name), false
	}
	previous := secret.Annotations[oauthv1alpha1.AnnotationClient]
	ours := secret.Labels[oauthv1alpha1.LabelPartOf] == oauthv1alpha1.PartOfClient && secret.Annotations[annotationSecretName] == secret.Name
	if !ours || previous == "" || previous == c.Name {
		return "", false
	}
	return holder("OAuthClient", previous), true
}

func holder(kind, name string) string { return fmt.Sprintf("%s %q", kind, name) }
