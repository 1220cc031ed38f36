package oauthserver

import (
	corev1 "k8s.io/api/core/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/reconcile"
)

// recordTransitions records an event for each of Ready and Default that changed
// its status or reason.
func (r *Reconciler) recordTransitions(before, after *oauthv1alpha1.OAuthServer) {
	for _, conditionType := range []string{oauthv1alpha1.ConditionReady, oauthv1alpha1.ConditionDefault} {
		_, is := reconcile.Transition(before.Status.Conditions, after.Status.Conditions, conditionType)
		if is == nil {
			continue
		}
		eventType := corev1.EventTypeWarning
		if is.Status == "True" || is.Reason == oauthv1alpha1.ReasonDeploymentProgressing {
			eventType = corev1.EventTypeNormal
		}
		reconcile.Announce(r.Events, after, eventType, is)
	}
}
