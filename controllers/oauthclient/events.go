package oauthclient

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// changeNotes are what an event says of a change to the client secret.
var changeNotes = map[change]struct{ eventType, note string }{
	changeCreated: {corev1.EventTypeNormal, "Made a client secret and wrote it to Secret %q."},
	changeAdopted: {corev1.EventTypeNormal, "Took over the client secret in Secret %q."},
	changeRotated: {corev1.EventTypeNormal, "Replaced the client secret in Secret %q as requested; the former one authenticates until the overlap ends."},
	changeLost:    {corev1.EventTypeWarning, "Secret %q was gone: wrote it again with a new client secret; the former one authenticates until the overlap ends."},
	changeEdited:  {corev1.EventTypeWarning, "Secret %q was edited: replaced the value, which never authenticates, by a new client secret; the former one authenticates until the overlap ends."},
	changeRemoved: {corev1.EventTypeNormal, "Removed the client secret from Secret %q; the client does not authenticate."},
}

// recordTransitions records what happened to the secret, and a change of Ready.
func (r *Reconciler) recordTransitions(before *oauthv1alpha1.OAuthClient, p *pass) {
	if note, ok := changeNotes[p.change]; ok && p.client.Status.SecretName != "" {
		r.Events.Eventf(p.client, nil, note.eventType, string(p.change), "Reconcile", note.note, p.client.Status.SecretName)
	}
	was := meta.FindStatusCondition(before.Status.Conditions, oauthv1alpha1.ConditionReady)
	is := meta.FindStatusCondition(p.client.Status.Conditions, oauthv1alpha1.ConditionReady)
	if is == nil || was != nil && was.Status == is.Status && was.Reason == is.Reason {
		return
	}
	if is.Status == "True" {
		// The event of the change says it already.
		if p.change == changeNone {
			r.Events.Eventf(p.client, nil, corev1.EventTypeNormal, is.Reason, "Reconcile", "%s", is.Message)
		}
		return
	}
	r.Events.Eventf(p.client, nil, corev1.EventTypeWarning, is.Reason, "Reconcile", "%s", is.Message)
}
