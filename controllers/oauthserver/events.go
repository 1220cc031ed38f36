package oauthserver

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
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
