package oauthresource

import (
	"context"
	"errors"
	"fmt"

	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/reconcile"
	"github.com/grantor-dev/grantor/internal/resourcespec"
)

// facts are what decides about a resource.
type facts struct {
	candidate resourcespec.Candidate
	inputs    resourcespec.Inputs
	// leaving says that the namespace is being deleted.
	leaving bool
}

// gather reads what decides about a resource. Nothing of it but the resource may be
// changed: it comes from the cache as it is.
func (r *Reconciler) gather(ctx context.Context, object *oauthv1alpha1.OAuthResource) (facts, error) {
	f := facts{}
	servers, policies := &oauthv1alpha1.OAuthServerList{}, &oauthv1alpha1.OAuthClientPolicyList{}
	claimants := &oauthv1alpha1.OAuthResourceList{}
	if err := errors.Join(
		r.Client.List(ctx, servers, client.UnsafeDisableDeepCopy), r.Client.List(ctx, policies, client.UnsafeDisableDeepCopy),
		r.Client.List(ctx, claimants, client.MatchingFields{indexIdentifier: string(object.Spec.Identifier)}, client.UnsafeDisableDeepCopy),
	); err != nil {
		return f, fmt.Errorf("list: %w", err)
	}
	for i := range servers.Items {
		f.inputs.Servers = append(f.inputs.Servers, &servers.Items[i])
	}
	for i := range policies.Items {
		f.inputs.Policies = append(f.inputs.Policies, &policies.Items[i])
	}
	var err error
	if f.candidate, f.leaving, err = r.candidate(ctx, object); err != nil || f.leaving {
		return f, err
	}
	for i := range claimants.Items {
		rival, _, err := r.candidate(ctx, &claimants.Items[i])
		if err != nil {
			return f, err
		}
		f.inputs.Claimants = append(f.inputs.Claimants, rival)
	}
	return f, nil
}

func (r *Reconciler) candidate(ctx context.Context, object *oauthv1alpha1.OAuthResource) (c resourcespec.Candidate, leaving bool, err error) {
	namespace, err := reconcile.Namespace(ctx, r.Client, object.Namespace)
	if err != nil {
		return c, false, err
	}
	siblings := &oauthv1alpha1.OAuthResourceList{}
	if err := r.Client.List(ctx, siblings, client.InNamespace(object.Namespace), client.UnsafeDisableDeepCopy); err != nil {
		return c, false, fmt.Errorf("list: %w", err)
	}
	c = resourcespec.Candidate{
		Resource: object, NamespaceLabels: namespace.Labels, NamespaceUnknown: namespace.UID == "",
		Older: resourcespec.Older(object, siblings.Items),
	}
	return c, namespace.DeletionTimestamp != nil, nil
}
