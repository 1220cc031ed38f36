package oauthtoken

import (
	"context"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/plan"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/schedule"
	"github.com/grantor-dev/grantor/controllers/reconcile"
	"github.com/grantor-dev/grantor/internal/conditions"
	"github.com/grantor-dev/grantor/internal/endpoints"
)

// report writes the status and records what changed.
func (r *Reconciler) report(ctx context.Context, p *pass, d plan.Decision) error {
	r.describe(p, d)
	set := conditions.Set{Conditions: &p.Status.Conditions, Generation: p.Generation}
	r.judge(p, d, set)
	p.Status.ObservedGeneration = p.Generation
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
		p.memory.problems = 0
		return
	}
	// No watch tells of some, such as the Secret with the client secret.
	p.memory.problems++
	p.again.In(schedule.Recheck(p.memory.problems, schedule.Spread(string(p.UID), now)))
}

// describe fills in what is no condition.
func (r *Reconciler) describe(p *pass, d plan.Decision) {
	status, s := &p.Status, p.state
	status.Provider = providerStatus(p)
	status.Server, status.AuthorizeURL = nil, ""
	if server := p.source.server; server != nil {
		status.AuthorizeURL = server.Spec.Issuer + endpoints.Connect + p.Namespace + "/" + p.Name
		status.Server = &oauthv1alpha1.TokenServerStatus{Namespace: server.Namespace, Name: server.Name, RedirectURI: status.AuthorizeURL + endpoints.Callback}
	}
	status.AuthorizedBy, status.AuthorizedAt = s.AuthorizedBy, moment(s.AuthorizedAt)
	status.Scopes, status.ExpiresAt, status.RefreshedAt = nil, nil, nil
	if s.AccessToken != "" {
		status.Scopes, status.ExpiresAt, status.RefreshedAt = s.Scopes, moment(s.ExpiresAt), moment(s.IssuedAt)
	}
	status.NextRefresh = moment(d.Next)
	if status.SecretName = ""; p.shown != nil && !p.problem.untouchable() {
		status.SecretName = p.shown.Name
	}
}

// providerStatus returns what the status says of the provider, nil while it is not known.
func providerStatus(p *pass) *oauthv1alpha1.TokenProviderStatus {
	at := p.source.provider
	if at.Token == "" {
		return nil
	}
	status := &oauthv1alpha1.TokenProviderStatus{Host: at.Host(), Issuer: at.Issuer, ClientID: p.source.client.ID}
	if p.Spec.Grant == oauthv1alpha1.TokenGrantAuthorizationCode {
		status.AuthorizationEndpoint, status.IssParameter = at.Authorization, at.IssParameter
	}
	return status
}

func (p *problem) isNot(reason string) bool { return p == nil || p.reason != reason }

// untouchable says that the Secrets are left as they are.
func (p *problem) untouchable() bool {
	return !p.isNot(oauthv1alpha1.ReasonSecretNotOwned) || !p.isNot(oauthv1alpha1.ReasonStateUnreadable)
}

func moment(at time.Time) *metav1.Time {
	if at.IsZero() {
		return nil
	}
	t := metav1.NewTime(at.UTC().Truncate(time.Second))
	return &t
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
