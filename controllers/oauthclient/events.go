package oauthclient

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// changeNotes are what an event says of a change to the client secret.
var changeNotes = map[change]struct{ eventType, note string }{
	changeCreated:  {corev1.EventTypeNormal, "Made a client secret and wrote it to Secret %q."},
	changeAdopted:  {corev1.EventTypeNormal, "Took over the client secret in Secret %q."},
	changeRotated:  {corev1.EventTypeNormal, "Replaced the client secret in Secret %q, as it was requested or was time; the former one authenticates for the overlap."},
	changeLost:     {corev1.EventTypeWarning, "Secret %q was gone: wrote it again with a new client secret; the former one authenticates for the overlap."},
	changeEdited:   {corev1.EventTypeWarning, "Secret %q was edited: replaced the value, which never authenticates, by a new client secret; the former one authenticates for the overlap."},
	changeFollowed: {corev1.EventTypeNormal, "Took the client secret in Secret %q from where spec.secret.from says; the former one authenticates for the overlap."},
	changeRemoved:  {corev1.EventTypeNormal, "Removed the client secret from Secret %q; the client does not authenticate."},
}

// recordChange records what happened to the client secret.
func (r *Reconciler) recordChange(p *pass, what change) {
	if note, ok := changeNotes[what]; ok {
		r.Events.Eventf(p.client, nil, note.eventType, string(what), "Reconcile", note.note, p.client.Status.SecretName)
	}
}

// recordTransitions records that Ready changed. The first time, the event of the
// new credentials says it; while the operator is at it, or replicas are a moment
// behind, there is nothing to say.
func (r *Reconciler) recordTransitions(before, after *oauthv1alpha1.OAuthClient) {
	was := meta.FindStatusCondition(before.Status.Conditions, oauthv1alpha1.ConditionReady)
	is := meta.FindStatusCondition(after.Status.Conditions, oauthv1alpha1.ConditionReady)
	if is == nil || was != nil && was.Status == is.Status && was.Reason == is.Reason {
		return
	}
	switch {
	case is.Status == "True" && was != nil && was.Reason != oauthv1alpha1.ReasonReplicasBehind:
		r.Events.Eventf(after, nil, corev1.EventTypeNormal, is.Reason, "Reconcile", "%s", is.Message)
	case is.Status != "True" && !meta.IsStatusConditionTrue(after.Status.Conditions, oauthv1alpha1.ConditionReconciling):
		r.Events.Eventf(after, nil, corev1.EventTypeWarning, is.Reason, "Reconcile", "%s", is.Message)
	}
}
