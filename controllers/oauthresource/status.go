package oauthresource

import (
	"context"
	"fmt"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/reconcile"
	"github.com/grantor-dev/grantor/internal/conditions"
	"github.com/grantor-dev/grantor/internal/resourcespec"
)

// report writes the status of a resource if it differs from the stored one.
func (r *Reconciler) report(ctx context.Context, stored *oauthv1alpha1.OAuthResource, decision resourcespec.Decision) error {
	object := stored.DeepCopy()
	status, set := &object.Status, conditions.Set{Conditions: &object.Status.Conditions, Generation: object.Generation}
	status.ObservedGeneration = object.Generation
	status.Issuer, status.MetadataURL, status.Challenge = "", "", ""
	if refusal := decision.Refusal; refusal != nil {
		set.False(oauthv1alpha1.ConditionAccepted, refusal.Reason, refusal.Message)
		set.Stalled(refusal.Reason, refusal.Message)
		return r.write(ctx, stored, object)
	}
	server, resource := decision.Server, decision.Resource
	status.Issuer = server.Spec.Issuer
	status.MetadataURL, status.Challenge = resource.MetadataURL(status.Issuer), resource.Challenge(status.Issuer)
	set.True(oauthv1alpha1.ConditionAccepted, oauthv1alpha1.ReasonAccepted, fmt.Sprintf(
		"OAuthServer %s/%s accepts the resource.", server.Namespace, server.Name))
	set.Ready("Clients can request access tokens for the resource.")
	return r.write(ctx, stored, object)
}

func (r *Reconciler) write(ctx context.Context, stored, object *oauthv1alpha1.OAuthResource) error {
	written, err := reconcile.PatchStatus(ctx, r.Client, stored, object)
	if written {
		reconcile.AnnounceReady(r.Events, object, stored.Status.Conditions, object.Status.Conditions)
	}
	return err
}
