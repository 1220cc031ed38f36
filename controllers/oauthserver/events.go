package oauthserver

import (
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/keyring"
)

// recordTransitions records an event for each of Ready and Default that changed
// its status or reason.
func (r *Reconciler) recordTransitions(before, after *oauthv1alpha1.OAuthServer) {
	for _, conditionType := range []string{oauthv1alpha1.ConditionReady, oauthv1alpha1.ConditionDefault} {
		was := meta.FindStatusCondition(before.Status.Conditions, conditionType)
		is := meta.FindStatusCondition(after.Status.Conditions, conditionType)
		if is == nil || was != nil && was.Status == is.Status && was.Reason == is.Reason {
			continue
		}
		eventType := corev1.EventTypeWarning
		if is.Status == "True" || is.Reason == oauthv1alpha1.ReasonDeploymentProgressing {
			eventType = corev1.EventTypeNormal
		}
		r.Events.Eventf(after, nil, eventType, is.Reason, "Reconcile", "%s", is.Message)
	}
}

// Reasons of the events that tell what becomes of a key.
const (
	eventKeyPublished = "KeyPublished"
	eventKeyActivated = "KeyActivated"
	eventKeyRemoved   = "KeyRemoved"
)

// recordRotation records an event for each key that was published, is used from a time
// on, or was removed.
func (r *Reconciler) recordRotation(server *oauthv1alpha1.OAuthServer, former, next keyring.Ring) {
	for _, key := range next.Keys() {
		switch {
		case !former.Has(key.Use, key.ID):
			r.Events.Eventf(server, nil, corev1.EventTypeNormal, eventKeyPublished, "Rotate", "The %s key %q is there and not used yet.", key.Kind(), key.ID)
		case former.Staged(key.ID) && !key.Staged:
			r.Events.Eventf(server, nil, corev1.EventTypeNormal, eventKeyActivated, "Rotate",
				"The %s key %q is used from %s on.", key.Kind(), key.ID, key.Since().UTC().Format(time.RFC3339))
		}
	}
	for _, key := range former.Keys() {
		if !next.Has(key.Use, key.ID) {
			r.Events.Eventf(server, nil, corev1.EventTypeNormal, eventKeyRemoved, "Rotate", "Nothing needs the %s key %q any more; it is removed.", key.Kind(), key.ID)
		}
	}
}
