package keys

import (
	"time"

	corev1 "k8s.io/api/core/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/keyring"
)

// Reasons of the events that tell what becomes of a key.
const (
	eventKeyPublished = "KeyPublished"
	eventKeyActivated = "KeyActivated"
	eventKeyRemoved   = "KeyRemoved"
)

// recordRotation records an event for each key that was published, is used from a time
// on, or was removed.
func (r *Reconciler) recordRotation(server *oauthv1alpha1.OAuthServer, old, next keyring.Ring) {
	for _, key := range next.Keys() {
		switch {
		case !old.Has(key.Use, key.ID):
			r.Events.Eventf(server, nil, corev1.EventTypeNormal, eventKeyPublished, "Rotate", "The %s key %q was published and is not used yet.", key.Kind(), key.ID)
		case old.Staged(key.ID) && !key.Staged:
			r.Events.Eventf(server, nil, corev1.EventTypeNormal, eventKeyActivated, "Rotate",
				"The %s key %q is used from %s on.", key.Kind(), key.ID, key.Since().UTC().Format(time.RFC3339))
		}
	}
	for _, key := range old.Keys() {
		if !next.Has(key.Use, key.ID) {
			r.Events.Eventf(server, nil, corev1.EventTypeNormal, eventKeyRemoved, "Rotate", "The %s key %q is no longer needed and was removed.", key.Kind(), key.ID)
		}
	}
}
