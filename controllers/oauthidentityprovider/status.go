package oauthidentityprovider

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/reconcile"
	"github.com/grantor-dev/grantor/internal/conditions"
	"github.com/grantor-dev/grantor/internal/providerspec"
)

// patchStatuses writes the statuses that differ. If one cannot be written, it still writes the
// others.
func (r *Reconciler) patchStatuses(ctx context.Context, p *pass) error {
	var first error
	for _, one := range p.providers {
		report(one)
		written, err := reconcile.PatchStatus(ctx, r.Client, one.stored, one.object)
		if client.IgnoreNotFound(err) != nil && first == nil {
			first = err
		}
		if written {
			reconcile.AnnounceReady(r.Events, one.object, one.stored.Status.Conditions, one.object.Status.Conditions, oauthv1alpha1.ReasonDisabled)
		}
	}
	return first
}

// report sets the status of a provider.
func report(p *provider) {
	status, settings := &p.object.Status, providerspec.Of(p.object)
	status.ObservedGeneration, status.Type, status.RedirectURI = p.object.Generation, settings.Type, ""
	if p.server != nil {
		status.RedirectURI = providerspec.RedirectURI(p.server.Spec.Issuer, p.object)
	}
	set := conditions.Set{Conditions: &status.Conditions, Generation: p.object.Generation}
	if p.refusal != nil {
		set.False(oauthv1alpha1.ConditionAccepted, p.refusal.Reason, p.refusal.Message)
		set.False(oauthv1alpha1.ConditionCredentialsReady, oauthv1alpha1.ReasonNotAccepted, "The provider is not accepted; its secret is not used.")
		set.Remove(oauthv1alpha1.ConditionReachable)
		set.Stalled(p.refusal.Reason, p.refusal.Message)
		return
	}
	set.True(oauthv1alpha1.ConditionAccepted, oauthv1alpha1.ReasonAccepted, fmt.Sprintf("OAuthServer %q uses the provider.", p.server.Name))
	reportCredentials(p, set)
	reportReachable(p, set)
	switch {
	case p.missing != nil:
		set.Stalled(p.missing.reason, p.missing.message)
	case p.unreachable != nil && p.unreachable.reason == oauthv1alpha1.ReasonAddressNotAllowed:
		set.Stalled(p.unreachable.reason, p.unreachable.message)
	case p.unreachable != nil:
		set.Reconciling(p.unreachable.reason, p.unreachable.message)
	case settings.Type == providerspec.TypeOIDC && !meta.IsStatusConditionTrue(status.Conditions, oauthv1alpha1.ConditionReachable):
		set.Reconciling(oauthv1alpha1.ReasonProviderPending, "The metadata of the provider is being read.")
	default:
		set.Ready("Users can sign in with the provider.")
	}
}

func reportCredentials(p *provider, set conditions.Set) {
	switch ref := providerspec.SecretRef(p.object); {
	case ref == nil:
		set.True(oauthv1alpha1.ConditionCredentialsReady, oauthv1alpha1.ReasonNoCredentials, secretField(p.object)+" is not set; the server has no secret at the provider.")
	case p.missing != nil:
		set.False(oauthv1alpha1.ConditionCredentialsReady, p.missing.reason, p.missing.message)
	default:
		set.True(oauthv1alpha1.ConditionCredentialsReady, oauthv1alpha1.ReasonCredentialsReady, fmt.Sprintf(
			"The value of key %q in Secret %q is used.", providerspec.SecretKey(p.object), ref.Name))
	}
}

// reportReachable reports whether the metadata of an OpenID provider is usable. For other
// providers, it reports nothing, because nothing can be known without signing in. Until there is
// an answer, the result of a previous operator for the same spec is used.
func reportReachable(p *provider, set conditions.Set) {
	before := meta.FindStatusCondition(*set.Conditions, oauthv1alpha1.ConditionReachable)
	switch {
	case p.reachable:
		set.True(oauthv1alpha1.ConditionReachable, oauthv1alpha1.ReasonReachable, "The metadata of the provider was read.")
	case p.unreachable != nil:
		set.False(oauthv1alpha1.ConditionReachable, p.unreachable.reason, p.unreachable.message)
	case p.object.Spec.OIDC == nil, before != nil && before.ObservedGeneration != p.object.Generation:
		set.Remove(oauthv1alpha1.ConditionReachable)
	case before != nil && before.Status == "False":
		p.unreachable = &problem{before.Reason, before.Message}
	}
}
