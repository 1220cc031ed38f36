package oauthtoken

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/manifest"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/problem"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/state"
	"github.com/grantor-dev/grantor/controllers/reconcile"
)

// show makes the Secret with the token what the state says.
func (r *Reconciler) show(ctx context.Context, p *pass) error {
	now := r.Earlier()
	valid := p.state.Valid(now)
	if p.problem.Untouchable() || valid && p.problem.Is(oauthv1alpha1.ReasonTemplateRefused) {
		return nil
	}
	if !valid && (p.shown == nil || p.state.AccessToken != "" && p.Spec.OnExpiry == oauthv1alpha1.TokenOnExpiryKeep) {
		return nil
	}
	wanted, err := manifest.Desired(p.OAuthToken, p.shown, p.source.Client.ID, p.state, now)
	if err != nil {
		p.problem = problem.Stalled(oauthv1alpha1.ReasonTemplateRefused, err.Error()+".")
		return nil //nolint:nilerr // the status says so
	}
	switch {
	case p.shown == nil:
		err = r.Client.Create(ctx, wanted, client.FieldOwner(oauthv1alpha1.FieldManager))
	case !manifest.Same(p.shown, wanted):
		err = r.Client.Update(ctx, wanted, client.FieldOwner(oauthv1alpha1.FieldManager))
	}
	if code := reconcile.Refused(err); code != 0 {
		p.problem = problem.SecretRefused(wanted.Name, code)
		return nil
	}
	if err != nil {
		return fmt.Errorf("write token secret: %w", err)
	}
	p.shown = wanted
	return r.removeFormer(ctx, p)
}

// removeFormer deletes the OAuthToken's Secrets of other names, which it had before.
func (r *Reconciler) removeFormer(ctx context.Context, p *pass) error {
	list := &corev1.SecretList{}
	err := r.Client.List(ctx, list, client.InNamespace(p.Namespace), client.MatchingLabels{oauthv1alpha1.LabelTokenUID: string(p.UID)})
	if err != nil {
		return fmt.Errorf("list secrets: %w", err)
	}
	for i := range list.Items {
		old := &list.Items[i]
		if old.Name == p.TokenSecretName() || old.Name == p.StateSecretName() || !state.Owned(old, p.OAuthToken) {
			continue
		}
		err := r.Client.Delete(ctx, old, client.Preconditions{UID: &old.UID, ResourceVersion: &old.ResourceVersion})
		if client.IgnoreNotFound(err) != nil {
			return fmt.Errorf("delete former secret: %w", err)
		}
	}
	return nil
}
