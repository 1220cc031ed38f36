package oauthresource

import (
	"context"
	"errors"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
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
	if err := errors.Join(
		r.Client.List(ctx, servers, client.UnsafeDisableDeepCopy), r.Client.List(ctx, policies, client.UnsafeDisableDeepCopy),
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
	// Any tenant may claim an identifier with thousands of resources. Who else does decides
	// about none that breaks a rule of its own.
	if resourcespec.Decide(f.candidate, f.inputs).Refusal == nil {
		f.inputs.Claimants, err = r.claimants(ctx, object)
	}
	return f, err
}

// claimants returns all resources that claim the identifier of one.
func (r *Reconciler) claimants(ctx context.Context, object *oauthv1alpha1.OAuthResource) ([]resourcespec.Candidate, error) {
	objects, err := r.byIdentifier.Of(string(object.Spec.Identifier))
	if err != nil {
		return nil, err
	}
	var out []resourcespec.Candidate
	older := map[string]map[types.UID]int{}
	for _, rival := range objects {
		namespace, err := reconcile.Namespace(ctx, r.Client, rival.Namespace)
		if err != nil {
			return nil, err
		}
		if older[rival.Namespace] == nil {
			siblings, err := r.byNamespace.Of(rival.Namespace)
			if err != nil {
				return nil, err
			}
			older[rival.Namespace] = resourcespec.Older(siblings)
		}
		out = append(out, candidate(rival, namespace, older[rival.Namespace][rival.UID]))
	}
	return out, nil
}

func (r *Reconciler) candidate(ctx context.Context, object *oauthv1alpha1.OAuthResource) (c resourcespec.Candidate, leaving bool, err error) {
	namespace, err := reconcile.Namespace(ctx, r.Client, object.Namespace)
	if err != nil {
		return c, false, err
	}
	siblings, err := r.byNamespace.Of(object.Namespace)
	if err != nil {
		return c, false, err
	}
	return candidate(object, namespace, resourcespec.Older(siblings)[object.UID]), namespace.DeletionTimestamp != nil, nil
}

func candidate(object *oauthv1alpha1.OAuthResource, namespace *metav1.PartialObjectMetadata, older int) resourcespec.Candidate {
	return resourcespec.Candidate{
		Resource: object, NamespaceLabels: namespace.Labels, NamespaceUnknown: namespace.UID == "", Older: older,
	}
}
