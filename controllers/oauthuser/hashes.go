package oauthuser

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/passwords"
)

// reading is what was read for one user, from which version of which entry.
type reading struct {
	ref     oauthv1alpha1.PasswordSecretReference
	version string
	hash    passwords.Hash
	problem *problem
}

// readHashes reads the hashes of the users. A Secret is read again when its
// metadata changed, so that nothing is read in a steady state.
func (r *Reconciler) readHashes(ctx context.Context, p *pass) error {
	names := map[string]bool{}
	for _, u := range p.users {
		if u.needsHash() {
			names[u.object.Spec.PasswordSecretRef.Name] = true
		}
	}
	// First followed, then read: a change in between comes as an event.
	watch, err := r.secrets.Follow(ctx, p.namespace, names)
	if err != nil {
		return err
	}
	stored, _ := r.known.Load(p.namespace)
	before, _ := stored.(map[types.UID]reading)
	now := map[types.UID]reading{}
	fetched := map[string]*corev1.Secret{}
	for _, u := range p.users {
		if !u.needsHash() {
			continue
		}
		ref := *u.object.Spec.PasswordSecretRef
		version := watch.Version(p.namespace, ref.Name)
		got := before[u.object.UID]
		if got.ref != ref || got.version != version || version == "" {
			if got, err = r.read(ctx, u.object, version, fetched); err != nil {
				return err
			}
		}
		u.hash, u.problem = got.hash, got.problem
		now[u.object.UID] = got
	}
	r.remember(p.namespace, now)
	return nil
}

func (r *Reconciler) remember(namespace string, now map[types.UID]reading) {
	if len(now) == 0 {
		r.known.Delete(namespace)
		return
	}
	r.known.Store(namespace, now)
}

// read reads one user's hash; fetched holds the Secrets of this pass, since many
// users may share one htpasswd file.
func (r *Reconciler) read(ctx context.Context, object *oauthv1alpha1.OAuthUser, version string, fetched map[string]*corev1.Secret) (reading, error) {
	ref := *object.Spec.PasswordSecretRef
	got := reading{ref: ref}
	if version == "" {
		got.problem = secretMissing(ref)
		return got, nil
	}
	secret, ok := fetched[ref.Name]
	if !ok {
		secret = &corev1.Secret{}
		err := r.Live.Get(ctx, client.ObjectKey{Namespace: object.Namespace, Name: ref.Name}, secret)
		if apierrors.IsNotFound(err) {
			got.problem = secretMissing(ref)
			return got, nil
		}
		if err != nil {
			return got, fmt.Errorf("get password secret: %w", err)
		}
		fetched[ref.Name] = secret
	}
	got.version = string(secret.UID) + "/" + secret.ResourceVersion
	got.hash, got.problem = parse(secret, ref, object.Spec.Username)
	return got, nil
}

func parse(secret *corev1.Secret, ref oauthv1alpha1.PasswordSecretReference, username string) (passwords.Hash, *problem) {
	text, ok := secret.Data[string(ref.Key)]
	if !ok {
		return passwords.Hash{}, &problem{oauthv1alpha1.ReasonPasswordSecretNotFound, fmt.Sprintf(
			"Secret %q has no key %q. Add it with a hash of the password, or name another one in spec.passwordSecretRef.", ref.Name, ref.Key)}
	}
	hash, err := passwords.Parse(text, username)
	if err != nil {
		return passwords.Hash{}, &problem{oauthv1alpha1.ReasonPasswordRefused, fmt.Sprintf(
			"The value of key %q in Secret %q is refused: %v. Write another one.", ref.Key, ref.Name, err)}
	}
	return hash, nil
}

func secretMissing(ref oauthv1alpha1.PasswordSecretReference) *problem {
	return &problem{oauthv1alpha1.ReasonPasswordSecretNotFound, fmt.Sprintf(
		"Secret %q does not exist in this namespace. Create it with a hash of the password under the key %q.", ref.Name, ref.Key)}
}
