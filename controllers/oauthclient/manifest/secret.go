package manifest

import (
	"maps"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

const (
	// annotationSecretKey names the key under which a Secret holds the client secret.
	annotationSecretKey = "oauth.grantor.dev/client-secret-key"
	// annotationSecretName repeats the name of the Secret: a copy under another
	// name, with all marks of the operator, is not the operator's to delete.
	annotationSecretName = "oauth.grantor.dev/secret-name"
)

// Inputs are what the Secret is made of, apart from the client secret.
type Inputs struct {
	Client *oauthv1alpha1.OAuthClient
	Server *oauthv1alpha1.OAuthServer
}

// Desired returns the client's Secret as it should be, starting from the one that
// exists: labels and annotations of others stay, data is the operator's alone.
func Desired(in Inputs, current *corev1.Secret, value string) (*corev1.Secret, error) {
	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: in.Client.Namespace, Name: in.Client.ClientSecretName()}}
	if current != nil {
		secret = current.DeepCopy()
	}
	SetTemplateMetadata(secret, in.Client.Spec.Secret.Template)
	metav1.SetMetaDataLabel(&secret.ObjectMeta, oauthv1alpha1.LabelPartOf, oauthv1alpha1.PartOfClient)
	metav1.SetMetaDataLabel(&secret.ObjectMeta, oauthv1alpha1.LabelClientUID, string(in.Client.UID))
	metav1.SetMetaDataAnnotation(&secret.ObjectMeta, oauthv1alpha1.AnnotationClient, in.Client.Name)
	metav1.SetMetaDataAnnotation(&secret.ObjectMeta, annotationSecretName, secret.Name)
	metav1.SetMetaDataAnnotation(&secret.ObjectMeta, annotationSecretKey, secretKey(in.Client))
	delete(secret.Annotations, oauthv1alpha1.AnnotationRestored)
	setOwner(secret, in.Client)
	secret.Type = secretType(in.Client)
	var err error
	secret.Data, err = data(in, value)
	return secret, err
}

// setOwner makes the garbage collector delete the Secret with its client, or not.
func setOwner(secret *corev1.Secret, c *oauthv1alpha1.OAuthClient) {
	var others []metav1.OwnerReference
	for _, owner := range secret.OwnerReferences {
		if owner.UID != c.UID {
			others = append(others, owner)
		}
	}
	secret.OwnerReferences = others
	if c.Spec.Secret.DeletionPolicy == oauthv1alpha1.DeletionPolicyRetain {
		return
	}
	controller := true
	secret.OwnerReferences = append(secret.OwnerReferences, metav1.OwnerReference{
		APIVersion: oauthv1alpha1.GroupVersion.String(), Kind: "OAuthClient", Name: c.Name, UID: c.UID, Controller: &controller,
	})
}

// Same reports whether two Secrets hold the same and have the same marks.
func Same(a, b *corev1.Secret) bool {
	return a.Type == b.Type &&
		equality.Semantic.DeepEqual(a.Data, b.Data) &&
		maps.Equal(a.Labels, b.Labels) && maps.Equal(a.Annotations, b.Annotations) &&
		equality.Semantic.DeepEqual(a.OwnerReferences, b.OwnerReferences)
}
