package oauthtoken

import (
	"context"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/manifest"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/problem"
)

// resolve finds out where tokens come from. What cannot be is a problem of the pass.
func (r *Reconciler) resolve(ctx context.Context, p *pass) error {
	found, why, err := r.Sources.Find(ctx, p.OAuthToken)
	if err != nil {
		return err
	}
	p.source = found
	if err := manifest.Check(p.OAuthToken, found.Client.ID); why == nil && err != nil {
		why = problem.Stalled(oauthv1alpha1.ReasonTemplateRefused, err.Error()+".")
	}
	if p.problem == nil {
		p.problem = why
	}
	return nil
}
