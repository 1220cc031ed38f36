package oauthclient

import (
	"context"
	"fmt"
	"maps"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

const (
	// annotationSecretKey names the key under which a Secret holds the client secret.
	annotationSecretKey = "oauth.grantor.dev/client-secret-key"
	// annotationSecretName repeats the name of the Secret: a copy that somebody made
	// under another name, with all our marks, is not ours to delete.
	annotationSecretName = "oauth.grantor.dev/secret-name"
)

// desired returns the client's Secret as it should be, starting from the one that
// exists: labels and annotations of others stay, data is the operator's alone.
func desired(p *pass, current *corev1.Secret, value string) (*corev1.Secret, error) {
	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: p.client.Namespace, Name: p.client.ClientSecretName()}}
	if current != nil {
		secret = current.DeepCopy()
	}
	setTemplateMetadata(secret, p.client.Spec.Secret.Template)
	metav1.SetMetaDataLabel(&secret.ObjectMeta, oauthv1alpha1.LabelPartOf, oauthv1alpha1.PartOfClient)
	metav1.SetMetaDataLabel(&secret.ObjectMeta, oauthv1alpha1.LabelClientUID, string(p.client.UID))
	metav1.SetMetaDataAnnotation(&secret.ObjectMeta, oauthv1alpha1.AnnotationClient, p.client.Name)
	metav1.SetMetaDataAnnotation(&secret.ObjectMeta, annotationSecretName, secret.Name)
	metav1.SetMetaDataAnnotation(&secret.ObjectMeta, annotationSecretKey, secretKey(p.client))
	delete(secret.Annotations, oauthv1alpha1.AnnotationRestored)
	setOwner(secret, p.client)
	secret.Type = secretType(p.client)
	var err error
	secret.Data, err = data(p, value)
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

// writeSecret makes the Secret what it should be and then deletes the client's
// Secrets of former names.
func (r *Reconciler) writeSecret(ctx context.Context, p *pass, found secrets, value string) error {
	secret, err := desired(p, found.current, value)
	if err != nil {
		return err
	}
	switch {
	case found.current == nil:
		if err := r.Client.Create(ctx, secret, client.FieldOwner(oauthv1alpha1.FieldManager)); err != nil {
			return fmt.Errorf("create client secret: %w", err)
		}
	case !same(found.current, secret):
		// The resource version of what was read guards the update.
		if err := r.Client.Update(ctx, secret, client.FieldOwner(oauthv1alpha1.FieldManager)); err != nil {
			return fmt.Errorf("update client secret: %w", err)
		}
	}
	for i := range found.former {
		former := &found.former[i]
		err := r.Client.Delete(ctx, former, client.Preconditions{UID: &former.UID, ResourceVersion: &former.ResourceVersion})
		if client.IgnoreNotFound(err) != nil {
			return fmt.Errorf("delete former client secret: %w", err)
		}
	}
	return nil
}

func same(a, b *corev1.Secret) bool {
	return a.Type == b.Type &&
		equality.Semantic.DeepEqual(a.Data, b.Data) &&
		maps.Equal(a.Labels, b.Labels) && maps.Equal(a.Annotations, b.Annotations) &&
		equality.Semantic.DeepEqual(a.OwnerReferences, b.OwnerReferences)
}

// refusedByTermination reports whether a write failed because its namespace is
// going away.
func refusedByTermination(err error) bool {
	return apierrors.HasStatusCause(err, corev1.NamespaceTerminatingCause)
}
