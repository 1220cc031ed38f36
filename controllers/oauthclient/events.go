package oauthclient

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/oauthclient/secret"
	"github.com/grantor-dev/grantor/controllers/reconcile"
)

// recordChange records what happened to the client secret.
func (r *Reconciler) recordChange(p *pass, what secret.Change) {
	if eventType, format := what.Note(); format != "" {
		r.Events.Eventf(p.Client, nil, eventType, string(what), "Reconcile", format, p.Client.Status.SecretName)
	}
}

// recordTransition records that Ready changed. The first time, the event of the new
// credentials says it; while the operator still works on it, or replicas are a moment
// behind, nothing is recorded.
func (r *Reconciler) recordTransition(stored, current *oauthv1alpha1.OAuthClient) {
	before, after := reconcile.Transition(stored.Status.Conditions, current.Status.Conditions, oauthv1alpha1.ConditionReady)
	switch {
	case after == nil:
	case after.Status == metav1.ConditionTrue:
		if before != nil && before.Reason != oauthv1alpha1.ReasonReplicasBehind {
			reconcile.Announce(r.Events, current, corev1.EventTypeNormal, after)
		}
	case !meta.IsStatusConditionTrue(current.Status.Conditions, oauthv1alpha1.ConditionReconciling):
		reconcile.Announce(r.Events, current, corev1.EventTypeWarning, after)
	}
}
