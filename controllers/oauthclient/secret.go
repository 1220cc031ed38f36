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
	"github.com/grantor-dev/grantor/internal/endpoints"
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
func desired(p *pass, current *corev1.Secret, value string) *corev1.Secret {
	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: p.client.Namespace, Name: p.client.ClientSecretName()}}
	if current != nil {
		secret = current.DeepCopy()
	}
	metav1.SetMetaDataLabel(&secret.ObjectMeta, oauthv1alpha1.LabelPartOf, oauthv1alpha1.PartOfClient)
	metav1.SetMetaDataLabel(&secret.ObjectMeta, oauthv1alpha1.LabelClientUID, string(p.client.UID))
	metav1.SetMetaDataAnnotation(&secret.ObjectMeta, oauthv1alpha1.AnnotationClient, p.client.Name)
	metav1.SetMetaDataAnnotation(&secret.ObjectMeta, annotationSecretName, secret.Name)
	metav1.SetMetaDataAnnotation(&secret.ObjectMeta, annotationSecretKey, secretKey(p.client))
	setOwner(secret, p.client)
	secret.Type = corev1.SecretTypeOpaque
	secret.Data = data(p, value)
	return secret
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

func secretKey(c *oauthv1alpha1.OAuthClient) string {
	if key := c.Spec.Secret.Keys.ClientSecret; key != "" {
		return string(key)
	}
	return "client_secret"
}

func data(p *pass, value string) map[string][]byte {
	keys, issuer := p.client.Spec.Secret.Keys, p.server.Spec.Issuer
	out := map[string][]byte{}
	set := func(key oauthv1alpha1.SecretKey, fallback, value string) {
		if key == "" {
			key = oauthv1alpha1.SecretKey(fallback)
		}
		out[string(key)] = []byte(value)
	}
	set(keys.ClientID, "client_id", p.client.ClientID())
	if value != "" {
		out[secretKey(p.client)] = []byte(value)
	}
	set(keys.Issuer, "issuer", issuer)
	set(keys.AuthorizationEndpoint, "authorization_endpoint", issuer+endpoints.Authorization)
	set(keys.TokenEndpoint, "token_endpoint", issuer+endpoints.Token)
	set(keys.UserinfoEndpoint, "userinfo_endpoint", issuer+endpoints.Userinfo)
	set(keys.EndSessionEndpoint, "end_session_endpoint", issuer+endpoints.EndSession)
	set(keys.IntrospectionEndpoint, "introspection_endpoint", issuer+endpoints.Introspection)
	set(keys.RevocationEndpoint, "revocation_endpoint", issuer+endpoints.Revocation)
	set(keys.JWKSURI, "jwks_uri", issuer+endpoints.JWKS)
	return out
}

// writeSecret makes the Secret what it should be and then deletes the client's
// Secrets of former names.
func (r *Reconciler) writeSecret(ctx context.Context, p *pass, found secrets, value string) error {
	secret := desired(p, found.current, value)
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
