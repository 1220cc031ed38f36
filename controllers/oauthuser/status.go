package oauthuser

import (
	"context"
	"fmt"

	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/reconcile"
	"github.com/grantor-dev/grantor/internal/conditions"
)

// patchStatuses writes the statuses that differ. One that cannot be written does
// not keep the others from being written.
func (r *Reconciler) patchStatuses(ctx context.Context, p *pass) error {
	var errs []error
	for _, u := range p.users {
		report(u)
		written, err := reconcile.PatchStatus(ctx, r.Client, u.stored, u.object)
		if client.IgnoreNotFound(err) != nil {
			errs = append(errs, err)
		}
		if written {
			reconcile.AnnounceReady(r.Events, u.object, u.stored.Status.Conditions, u.object.Status.Conditions, oauthv1alpha1.ReasonDisabled)
		}
	}
	// The first one only: a thousand lost races are one lost race.
	if len(errs) > 0 {
		return errs[0]
	}
	return nil
}

// report sets the conditions of a user.
func report(u *user) {
	status := &u.object.Status
	status.ObservedGeneration = u.object.Generation
	status.Subject = u.object.Subject()
	set := conditions.Set{Conditions: &status.Conditions, Generation: u.object.Generation}
	if u.refusal != nil {
		set.False(oauthv1alpha1.ConditionAccepted, u.refusal.Reason, u.refusal.Message)
		set.False(oauthv1alpha1.ConditionPasswordReady, oauthv1alpha1.ReasonNotAccepted, "The user is not accepted; its password is not used.")
		set.Stalled(u.refusal.Reason, u.refusal.Message)
		return
	}
	set.True(oauthv1alpha1.ConditionAccepted, oauthv1alpha1.ReasonAccepted, "The user is accepted.")
	ref := u.object.Spec.PasswordSecretRef
	switch {
	case ref == nil:
		set.False(oauthv1alpha1.ConditionPasswordReady, oauthv1alpha1.ReasonNoPassword, "spec.passwordSecretRef is not set, so the user has no password.")
		set.Ready("The user is accepted and has no password.")
	case u.problem != nil:
		set.False(oauthv1alpha1.ConditionPasswordReady, u.problem.reason, u.problem.message)
		set.Stalled(u.problem.reason, u.problem.message)
	default:
		set.True(oauthv1alpha1.ConditionPasswordReady, oauthv1alpha1.ReasonPasswordReady, fmt.Sprintf(
			"The hash under key %q in Secret %q is the user's password.", ref.Key, ref.Name))
		set.Ready("The user can log in with the password.")
	}
}
