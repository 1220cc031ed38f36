package oauthtoken

import (
	"cmp"
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/problem"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/source"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/state"
)

// load reads the OAuthToken's two Secrets from the API server: a cache may have a refresh
// token that was spent, and lacks Secrets of others.
func (r *Reconciler) load(ctx context.Context, p *pass) error {
	var err error
	if p.kept, err = source.Secret(ctx, r.Live, p.Namespace, p.StateSecretName()); err != nil {
		return err
	}
	if p.shown, err = source.Secret(ctx, r.Live, p.Namespace, p.TokenSecretName()); err != nil {
		return err
	}
	p.state, p.problem = state.State{}, nil
	for _, secret := range []*corev1.Secret{p.kept, p.shown} {
		if secret != nil && !state.Owned(secret, p.OAuthToken) {
			p.problem = problem.Stalled(oauthv1alpha1.ReasonSecretNotOwned, fmt.Sprintf(
				"Secret %q exists and does not belong to this OAuthToken; it is left alone. Delete it, or choose another name.", secret.Name))
			return nil
		}
	}
	if p.TokenSecretName() == p.StateSecretName() {
		p.problem = problem.Stalled(oauthv1alpha1.ReasonSecretNotOwned, fmt.Sprintf(
			"Secret %q is for what the operator keeps; choose another spec.secret.name.", p.StateSecretName()))
		return nil
	}
	if p.kept == nil {
		p.state = shownState(p)
		return nil
	}
	if p.state, err = state.Of(p.kept); err != nil {
		p.problem = problem.Stalled(oauthv1alpha1.ReasonStateUnreadable, fmt.Sprintf(
			"Secret %q was written by another release, or edited. Update the operator, or delete the Secret to begin anew.", p.kept.Name))
	}
	return nil
}

// shownState returns what is left of a state that somebody deleted: the token that pods
// have, until it expires.
func shownState(p *pass) state.State {
	status := p.Status
	if p.shown == nil || status.ExpiresAt == nil || status.RefreshedAt == nil || status.SecretName != p.shown.Name {
		return state.State{}
	}
	key := cmp.Or(string(p.Spec.Secret.Keys.AccessToken), "access_token")
	return state.State{
		AccessToken: string(p.shown.Data[key]), TokenType: "Bearer", Scopes: status.Scopes,
		IssuedAt: status.RefreshedAt.UTC(), ExpiresAt: status.ExpiresAt.UTC(),
	}
}
