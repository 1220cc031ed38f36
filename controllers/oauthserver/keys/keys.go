package keys

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/events"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/keyrings"
	"github.com/grantor-dev/grantor/controllers/oauthserver/keys/rotation"
	"github.com/grantor-dev/grantor/internal/conditions"
	"github.com/grantor-dev/grantor/internal/keyring"
)

// +kubebuilder:rbac:groups="",resources=secrets,verbs=get;list;watch;create;update

// Reconciler makes and replaces the keys of OAuthServers.
type Reconciler struct {
	// Client reads from the cache and writes.
	Client client.Client
	// Live reads from the API server: that something is absent from a cache is no
	// evidence that it does not exist.
	Live client.Reader
	// Registrations reads Registrations at the API server that keeps them.
	Registrations client.Reader
	// Events records what becomes of keys.
	Events events.EventRecorder
	// Replicas are asked whether they have loaded a key before it is used.
	Replicas Replicas
	// KeyRings remembers the keys of servers.
	KeyRings *keyrings.Cache
	// Now is the clock.
	Now func() time.Time
}

// Reconcile owns the condition KeysReady, and returns when to look at the keys again.
// All kinds of keys are made only for a server that never had any, and of a kind that
// came with a later release: what the status names and the Secret lacks must be restored
// by a person, because a new pepper would look like a lost credential of every client.
// Keys are replaced one by one, and only while all are there.
func (r *Reconciler) Reconcile(ctx context.Context, server *oauthv1alpha1.OAuthServer, set conditions.Set) (again time.Time, err error) {
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
	return rotated.agenda.Next, nil
}

// reportKeys says in the status which keys there are and what becomes of them.
func reportKeys(server *oauthv1alpha1.OAuthServer, set conditions.Set, rotated outcome, now time.Time) {
	server.Status.Keys = keyStatus(server.Status.Keys, rotated, now)
	server.Status.NextKeyRotation = nil
	if next := rotated.agenda.Rotation; !next.IsZero() {
		server.Status.NextKeyRotation = &metav1.Time{Time: rotation.WholeSecond(next)}
	}
	if why := rotated.explain(); why != "" {
		set.True(oauthv1alpha1.ConditionKeysReady, oauthv1alpha1.ReasonRotationBlocked, "All keys are present. "+why)
	} else {
		set.True(oauthv1alpha1.ConditionKeysReady, oauthv1alpha1.ReasonKeysReady, "All keys are present.")
	}
	set.Ready("The server's configuration is valid and its keys are present.")
}

// lost reports whether the status names a key that is still needed.
func (r *Reconciler) lost(server *oauthv1alpha1.OAuthServer) bool {
	return len(keyring.Ring{}.Lacks(server.Status.Keys, r.Now())) > 0
}

func stall(set conditions.Set, reason, message string) {
	set.False(oauthv1alpha1.ConditionKeysReady, reason, message)
	set.Stalled(reason, message)
}
