package oauthclientpolicy

import (
	"context"
	"fmt"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/reconcile"
	"github.com/grantor-dev/grantor/internal/clientpolicy"
	"github.com/grantor-dev/grantor/internal/conditions"
)

// report writes the status of a policy if it differs from the stored one.
func (r *Reconciler) report(ctx context.Context, p *pass, stored *oauthv1alpha1.OAuthClientPolicy, t tally) error {
	policy := stored.DeepCopy()
	policy.Status.ObservedGeneration = policy.Generation
	policy.Status.Clients, policy.Status.Refused = t.clients, t.refused
	judge(policy, p.inputs.Servers, conditions.Set{Conditions: &policy.Status.Conditions, Generation: policy.Generation})
	written, err := reconcile.PatchStatus(ctx, r.Client, stored, policy)
	if written {
		reconcile.AnnounceReady(r.Events, policy, stored.Status.Conditions, policy.Status.Conditions)
	}
	return err
}

// judge sets the conditions of a policy.
func judge(policy *oauthv1alpha1.OAuthClientPolicy, servers []*oauthv1alpha1.OAuthServer, set conditions.Set) {
	if _, err := metav1.LabelSelectorAsSelector(&policy.Spec.NamespaceSelector); err != nil {
		set.Stalled(oauthv1alpha1.ReasonSelectorInvalid, fmt.Sprintf(
			"spec.namespaceSelector has a key or a value that no label can have. Correct it: %v.", err))
		return
	}
	there := func(s *oauthv1alpha1.OAuthServer) bool {
		return s.DeletionTimestamp == nil && clientpolicy.Concerns(policy, s)
	}
	switch {
	case slices.ContainsFunc(servers, there):
		set.Ready("The policy is in effect.")
	case policy.Spec.ServerName != "":
		set.Stalled(oauthv1alpha1.ReasonServerNotFound, fmt.Sprintf(
			"The OAuthServer %q does not exist in namespace %q. Create it, or correct spec.serverName.", policy.Spec.ServerName, policy.Namespace))
	default:
		set.Stalled(oauthv1alpha1.ReasonServerNotFound, fmt.Sprintf(
			"There is no OAuthServer in namespace %q. Create one, or create the policy in the namespace of one.", policy.Namespace))
	}
}
