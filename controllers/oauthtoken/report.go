package oauthtoken

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/plan"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/schedule"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/status"
	"github.com/grantor-dev/grantor/controllers/reconcile"
)

// report writes the status and records what changed.
func (r *Reconciler) report(ctx context.Context, p *pass, d plan.Decision) error {
	facts := status.Facts{Now: r.Now(), Source: p.source, State: p.state, Next: d, Problem: p.problem, Failing: p.memory.Failing}
	if p.shown != nil {
		facts.Shown = p.shown.Name
	}
	status.Fill(p.OAuthToken, facts)
	r.wake(p, d)
	written, err := reconcile.PatchStatus(ctx, r.Client, p.stored, p.OAuthToken)
	if written {
		r.announce(p)
	}
	return err
}

// wake asks for the next reconcile.
func (r *Reconciler) wake(p *pass, d plan.Decision) {
	now := r.Now()
	if !d.Until.IsZero() {
		p.again.In(d.Until.Sub(now))
	}
	if end := p.state.ExpiresAt; p.state.AccessToken != "" && end.After(now) {
		p.again.In(end.Sub(now))
		if due := end.Add(-schedule.AuthorizationDue); due.After(now) {
			p.again.In(due.Sub(now))
		}
	}
	if earlier := r.Earlier(); p.state.Valid(earlier) && !p.state.Valid(now) {
		// Its end is looked at again by the other clock.
		p.again.In(p.state.ExpiresAt.Sub(earlier))
	}
	if p.problem == nil {
		p.memory.Problems = 0
		return
	}
	// No watch tells of some, such as the Secret with the client secret.
	p.memory.Problems++
	p.again.In(schedule.Recheck(p.memory.Problems, schedule.Spread(string(p.UID), now)))
}

// announce records transitions of Ready, and that a token cannot be replaced while it is
// still valid.
func (r *Reconciler) announce(p *pass) {
	stored, current := p.stored.Status.Conditions, p.Status.Conditions
	_, failing := reconcile.Transition(stored, current, oauthv1alpha1.ConditionRefreshFailing)
	_, due := reconcile.Transition(stored, current, oauthv1alpha1.ConditionAuthorizationDue)
	for _, condition := range []*metav1.Condition{failing, due} {
		if condition != nil {
			r.Events.Eventf(p.OAuthToken, nil, corev1.EventTypeWarning, condition.Type, "Reconcile", "%s", condition.Message)
		}
	}
	if failing == nil {
		reconcile.AnnounceReady(r.Events, p.OAuthToken, stored, current, oauthv1alpha1.ReasonTokenPending, oauthv1alpha1.ReasonAuthorizationRequired)
	}
}
