package serversecret

import (
	"context"
	"errors"
	"fmt"
	"maps"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/reconcile"
)

// Copies are the Secrets of one part, one beside each OAuthServer.
type Copies struct {
	// Client reads from the cache and writes, and Live reads from the API server.
	Client client.Client
	Live   client.Reader
	// Part is the value of LabelPartOf, and Name returns the name of the Secret of a server.
	Part string
	Name func(server string) string
	// What they hold, such as passwords.
	What string
}

// Problem is why a Secret was not written, which only a person can cure.
type Problem struct {
	// Reason is SecretNotOwned or SecretWriteRefused, Message a sentence.
	Reason, Message string
}

// Write makes the Secret of a server hold the entries and nothing else. A server without any
// gets no Secret.
func (c *Copies) Write(ctx context.Context, server *oauthv1alpha1.OAuthServer, entries map[string][]byte) (*Problem, error) {
	current, err := c.find(ctx, server)
	if err != nil {
		return nil, err
	}
	if current == nil {
		if len(entries) == 0 {
			return nil, nil //nolint:nilnil // that there is nothing to write is no problem
		}
		return c.refused(server, c.Client.Create(ctx, c.desired(server, nil, entries), client.FieldOwner(oauthv1alpha1.FieldManager)))
	}
	if !c.owned(current, server) {
		return &Problem{oauthv1alpha1.ReasonSecretNotOwned, fmt.Sprintf(
			"Secret %q exists and was not made for OAuthServer %q; it is left alone. Delete it, so that the operator can write the %s there.",
			current.Name, server.Name, c.What)}, nil
	}
	wanted := c.desired(server, current, entries)
	if same(current, wanted) {
		return nil, nil //nolint:nilnil // that there is nothing to write is no problem
	}
	if current.Type != corev1.SecretTypeOpaque || current.Immutable != nil && *current.Immutable {
		return nil, c.replace(ctx, current)
	}
	// The resource version of what was read guards the update.
	return c.refused(server, c.Client.Update(ctx, wanted, client.FieldOwner(oauthv1alpha1.FieldManager)))
}

// find returns the Secret, or nil if the API server has none: one that
// lost its label is absent from the cache.
func (c *Copies) find(ctx context.Context, server *oauthv1alpha1.OAuthServer) (*corev1.Secret, error) {
	key := client.ObjectKey{Namespace: server.Namespace, Name: c.Name(server.Name)}
	secret := &corev1.Secret{}
	err := c.Client.Get(ctx, key, secret)
	if apierrors.IsNotFound(err) {
		err = c.Live.Get(ctx, key, secret)
	}
	if apierrors.IsNotFound(err) {
		return nil, nil //nolint:nilnil // absence is an answer here, not an error
	}
	if err != nil {
		return nil, fmt.Errorf("get the Secret with %s: %w", c.What, err)
	}
	return secret, nil
}

// replace deletes what cannot be changed. It holds copies only; the next pass makes
// it anew.
func (c *Copies) replace(ctx context.Context, current *corev1.Secret) error {
	err := c.Client.Delete(ctx, current, client.Preconditions{UID: &current.UID, ResourceVersion: &current.ResourceVersion})
	if err != nil {
		return fmt.Errorf("delete the Secret with %s: %w", c.What, err)
	}
	return apierrors.NewConflict(schema.GroupResource{Resource: "secrets"}, current.Name, errors.New("it is made anew"))
}

// owned reports whether a Secret was made for the server, or for a previous one of its
// name.
func (c *Copies) owned(secret *corev1.Secret, server *oauthv1alpha1.OAuthServer) bool {
	if owner := metav1.GetControllerOf(secret); owner != nil && owner.UID == server.UID {
		return true
	}
	return c.Ours(secret) && secret.Annotations[oauthv1alpha1.AnnotationServer] == server.Name
}

func (c *Copies) desired(server *oauthv1alpha1.OAuthServer, current *corev1.Secret, entries map[string][]byte) *corev1.Secret {
	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: server.Namespace, Name: c.Name(server.Name)}}
	if current != nil {
		secret = current.DeepCopy()
	}
	metav1.SetMetaDataLabel(&secret.ObjectMeta, oauthv1alpha1.LabelPartOf, c.Part)
	metav1.SetMetaDataAnnotation(&secret.ObjectMeta, oauthv1alpha1.AnnotationServer, server.Name)
	controller := true
	secret.OwnerReferences = []metav1.OwnerReference{{
		APIVersion: oauthv1alpha1.GroupVersion.String(), Kind: "OAuthServer", Name: server.Name, UID: server.UID, Controller: &controller,
	}}
	secret.Type = corev1.SecretTypeOpaque
	secret.Data = entries
	return secret
}

// Ours reports whether a Secret is one of the part.
func (c *Copies) Ours(secret client.Object) bool {
	return secret.GetLabels()[oauthv1alpha1.LabelPartOf] == c.Part
}

func same(a, b *corev1.Secret) bool {
	return a.Type == b.Type && equality.Semantic.DeepEqual(a.Data, b.Data) &&
		maps.Equal(a.Labels, b.Labels) && maps.Equal(a.Annotations, b.Annotations) &&
		equality.Semantic.DeepEqual(a.OwnerReferences, b.OwnerReferences)
}

// refused turns a refusal of the API server that a user has to cure into a
// problem. What it says is left out, since it may quote what was to be stored.
func (c *Copies) refused(server *oauthv1alpha1.OAuthServer, err error) (*Problem, error) {
	if err == nil {
		return nil, nil //nolint:nilnil // the write succeeded
	}
	code := reconcile.Refused(err)
	if code == 0 {
		return nil, fmt.Errorf("write the Secret with %s: %w", c.What, err)
	}
	return &Problem{oauthv1alpha1.ReasonSecretRefused, fmt.Sprintf(
		"A quota, an admission policy or the API server refuses Secret %q (HTTP %d). Check the policies and quotas for Secrets in the namespace.",
		c.Name(server.Name), code)}, nil
}
