package keys

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/keyring"
)

// errImmutable says that a key must be added to a Secret that cannot be changed.
var errImmutable = errors.New("the key secret is immutable")

// updateKeys brings a usable key Secret up to date: it restores the label by which
// the operator sees it change, and adds the keys that an earlier release did not make.
// One write does both, which the version that was read guards: of two operators one
// adds its key, and the other meets it there. It returns what is then in the Secret.
func (r *Reconciler) updateKeys(ctx context.Context, server *oauthv1alpha1.OAuthServer, secret *corev1.Secret, ring keyring.Ring) (keyring.Ring, error) {
	if len(ring.Outdated()) == 0 && marked(server, secret) {
		return ring, nil
	}
	ring, err := r.supplement(ctx, server, secret, ring)
	if err != nil {
		return keyring.Ring{}, err
	}
	metav1.SetMetaDataLabel(&secret.ObjectMeta, oauthv1alpha1.LabelPartOf, oauthv1alpha1.PartOfKeys)
	metav1.SetMetaDataAnnotation(&secret.ObjectMeta, oauthv1alpha1.AnnotationServer, server.Name)
	if err := r.Client.Update(ctx, secret, client.FieldOwner(oauthv1alpha1.FieldManager)); err != nil {
		return keyring.Ring{}, fmt.Errorf("update key secret: %w", err)
	}
	return ring, nil
}

// supplement adds what the ring lacks to the data of the Secret. The entries that
// are there stay as they are, byte for byte.
func (r *Reconciler) supplement(ctx context.Context, server *oauthv1alpha1.OAuthServer, secret *corev1.Secret, ring keyring.Ring) (keyring.Ring, error) {
	if len(ring.Outdated()) == 0 {
		return ring, nil
	}
	if secret.Immutable != nil && *secret.Immutable {
		return keyring.Ring{}, errImmutable
	}
	if err := r.sameKeys(ctx, server); err != nil {
		return keyring.Ring{}, err
	}
	more, err := ring.Supplement(r.Now())
	if err != nil {
		return keyring.Ring{}, err
	}
	more = more.Meeting(requestedRotation(server, r.Now()))
	data, err := more.Encode()
	if err != nil {
		return keyring.Ring{}, fmt.Errorf("encode keys: %w", err)
	}
	maps.Copy(secret.Data, data)
	return keyring.New(slices.Concat(ring.Keys(), more.Keys())...), nil
}

func marked(server *oauthv1alpha1.OAuthServer, secret *corev1.Secret) bool {
	return secret.Labels[oauthv1alpha1.LabelPartOf] == oauthv1alpha1.PartOfKeys &&
		secret.Annotations[oauthv1alpha1.AnnotationServer] == server.Name
}

// sameKeys fails unless the API server knows the same keys of the server as the
// cache: which keys it ever had is not for a cache to say.
func (r *Reconciler) sameKeys(ctx context.Context, server *oauthv1alpha1.OAuthServer) error {
	live := &oauthv1alpha1.OAuthServer{}
	if err := r.Live.Get(ctx, client.ObjectKeyFromObject(server), live); err != nil {
		return fmt.Errorf("get server: %w", err)
	}
	if live.UID == server.UID && equality.Semantic.DeepEqual(live.Status.Keys, server.Status.Keys) {
		return nil
	}
	return apierrors.NewConflict(schema.GroupResource{Group: oauthv1alpha1.GroupVersion.Group, Resource: "oauthservers"},
		server.Name, errors.New("the server is not the one in the cache"))
}
