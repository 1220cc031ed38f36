package oauthserver

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/conditions"
	"github.com/grantor-dev/grantor/internal/keyring"
)

// reconcileKeys owns the condition KeysReady, and returns when to look at the keys again.
// All kinds of keys are made only for a server that never had any, and of a kind that
// came with a later release: what the status names and the Secret lacks must be restored
// by a person, because a new pepper would look like a lost credential of every client.
// Keys are replaced one by one, and only while all are there.
func (r *Reconciler) reconcileKeys(ctx context.Context, server *oauthv1alpha1.OAuthServer, set conditions.Set) (again time.Time, err error) {
	secret, err := r.keySecret(ctx, server)
	if err != nil {
		return again, err
	}
	if secret == nil {
		if r.lost(server) {
			stall(set, oauthv1alpha1.ReasonKeysMissing, fmt.Sprintf(
				"Secret %q is gone. Restore it from a backup; nothing is signed or minted with new keys until then.",
				oauthv1alpha1.KeySecretName(server.Name)))
			return again, nil
		}
		if secret, err = r.createKeys(ctx, server); err != nil {
			return again, err
		}
	}
	ring, err := r.KeyRings.Decode(secret)
	if err != nil {
		stall(set, oauthv1alpha1.ReasonKeySecretBroken, fmt.Sprintf(
			"Secret %q cannot be used: %v. Restore it from a backup.", secret.Name, err))
		return again, nil
	}
	if missing := missingKeys(server, ring, r.Now()); len(missing) > 0 {
		stall(set, oauthv1alpha1.ReasonKeysMissing, fmt.Sprintf(
			"Secret %q lacks %s. Restore it from a backup.", secret.Name, strings.Join(missing, ", ")))
		return again, nil
	}
	ring, err = r.updateKeys(ctx, server, secret, ring)
	if errors.Is(err, errImmutable) {
		stall(set, oauthv1alpha1.ReasonKeysMissing, fmt.Sprintf(
			"Secret %q lacks any %s key and is immutable, so that none can be added. Delete it and create it with the same data and without immutable.",
			secret.Name, ring.Outdated()[0]))
		return again, nil
	}
	if err != nil {
		return again, err
	}
	rotated, err := r.rotate(ctx, server, secret, ring)
	if err != nil {
		return again, err
	}
	reportKeys(server, set, rotated, r.Now())
	return rotated.agenda.next, nil
}

// reportKeys says in the status which keys there are and what becomes of them.
func reportKeys(server *oauthv1alpha1.OAuthServer, set conditions.Set, rotated rotation, now time.Time) {
	server.Status.Keys = keyStatus(server.Status.Keys, rotated, now)
	server.Status.NextKeyRotation = nil
	if next := rotated.agenda.rotation; !next.IsZero() {
		server.Status.NextKeyRotation = &metav1.Time{Time: wholeSecond(next)}
	}
	if why := rotated.explain(); why != "" {
		set.True(oauthv1alpha1.ConditionKeysReady, oauthv1alpha1.ReasonRotationBlocked, "All keys are there. "+why)
	} else {
		set.True(oauthv1alpha1.ConditionKeysReady, oauthv1alpha1.ReasonKeysReady, "All keys are there.")
	}
	set.Ready("The server's configuration is valid and its keys are there.")
}

// lost reports whether the status names a key that is still needed.
func (r *Reconciler) lost(server *oauthv1alpha1.OAuthServer) bool {
	return len(keyring.Ring{}.Lacks(server.Status.Keys, r.Now())) > 0
}

func stall(set conditions.Set, reason, message string) {
	set.False(oauthv1alpha1.ConditionKeysReady, reason, message)
	set.Stalled(reason, message)
}

// keySecret returns the server's key Secret, or nil if the API server has none. The cache
// is believed while all keys are there: one that is behind looks like a loss.
func (r *Reconciler) keySecret(ctx context.Context, server *oauthv1alpha1.OAuthServer) (*corev1.Secret, error) {
	key := client.ObjectKey{Namespace: server.Namespace, Name: oauthv1alpha1.KeySecretName(server.Name)}
	secret := &corev1.Secret{}
	err := r.Client.Get(ctx, key, secret)
	if apierrors.IsNotFound(err) || err == nil && !r.complete(server, secret) {
		secret = &corev1.Secret{}
		err = r.Live.Get(ctx, key, secret)
	}
	if apierrors.IsNotFound(err) {
		return nil, nil //nolint:nilnil // absence is an answer here, not an error
	}
	if err != nil {
		return nil, fmt.Errorf("get key secret: %w", err)
	}
	return secret, nil
}

// complete reports whether a Secret holds every key that the status names.
func (r *Reconciler) complete(server *oauthv1alpha1.OAuthServer, secret *corev1.Secret) bool {
	ring, err := r.KeyRings.Decode(secret)
	return err == nil && len(missingKeys(server, ring, r.Now())) == 0
}

// createKeys makes the first keys. The Secret has no owner reference: whoever
// deletes a server by mistake creates it again and has its keys.
func (r *Reconciler) createKeys(ctx context.Context, server *oauthv1alpha1.OAuthServer) (*corev1.Secret, error) {
	if err := r.sameKeys(ctx, server); err != nil {
		return nil, err
	}
	ring, err := keyring.Generate(r.Now())
	if err != nil {
		return nil, fmt.Errorf("generate keys: %w", err)
	}
	data, err := ring.Meeting(requestedRotation(server, r.Now())).Encode()
	if err != nil {
		return nil, fmt.Errorf("encode keys: %w", err)
	}
	secret := &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{
			Namespace:   server.Namespace,
			Name:        oauthv1alpha1.KeySecretName(server.Name),
			Labels:      map[string]string{oauthv1alpha1.LabelPartOf: oauthv1alpha1.PartOfKeys},
			Annotations: map[string]string{oauthv1alpha1.AnnotationServer: server.Name},
		},
		Type: corev1.SecretTypeOpaque,
		Data: data,
	}
	if err := r.Client.Create(ctx, secret, client.FieldOwner(oauthv1alpha1.FieldManager)); err != nil {
		return nil, fmt.Errorf("create key secret: %w", err)
	}
	return secret, nil
}

// missingKeys names the keys that the status knows and the ring lacks, and the
// kinds of keys that no server can do without and the ring has none of.
func missingKeys(server *oauthv1alpha1.OAuthServer, ring keyring.Ring, now time.Time) []string {
	var missing []string
	for _, name := range ring.Lacks(server.Status.Keys, now) {
		missing = append(missing, fmt.Sprintf("the entry %q", name))
	}
	if len(missing) > 0 {
		return missing
	}
	for _, kind := range ring.Missing() {
		missing = append(missing, fmt.Sprintf("any %s key", kind))
	}
	return missing
}
