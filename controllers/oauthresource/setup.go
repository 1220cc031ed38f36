package oauthresource

import (
	"context"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/predicate"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/oauthclient/lookup"
	"github.com/grantor-dev/grantor/controllers/reconcile"
	"github.com/grantor-dev/grantor/internal/resourcespec"
)

// indexIdentifier finds the resources that claim an identifier.
const indexIdentifier = "identifier"

// maxRivals bounds how many resources one change reconciles. The oldest has the
// identifier, the second gets it next.
const maxRivals = 8

// SetupWithManager registers the controller and the index it needs.
func (r *Reconciler) SetupWithManager(ctx context.Context, mgr ctrl.Manager) error {
	err := mgr.GetFieldIndexer().IndexField(ctx, &oauthv1alpha1.OAuthResource{}, indexIdentifier, func(o client.Object) []string {
		return []string{string(o.(*oauthv1alpha1.OAuthResource).Spec.Identifier)}
	})
	if err != nil {
		return err
	}
	all := handler.EnqueueRequestsFromMapFunc(func(ctx context.Context, _ client.Object) []ctrl.Request { return r.requests(ctx) })
	return ctrl.NewControllerManagedBy(mgr).
		Named("oauthresource").
		For(&oauthv1alpha1.OAuthResource{}).
		Watches(&oauthv1alpha1.OAuthResource{}, handler.EnqueueRequestsFromMapFunc(r.rivals), builder.WithPredicates(claimChanged())).
		Watches(&oauthv1alpha1.OAuthServer{}, all, builder.WithPredicates(lookup.ServerChanged())).
		Watches(&oauthv1alpha1.OAuthClientPolicy{}, all, builder.WithPredicates(lookup.PolicyChanged())).
		Watches(&metav1.PartialObjectMetadata{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Namespace"}},
			handler.EnqueueRequestsFromMapFunc(r.inNamespace), builder.WithPredicates(predicate.LabelChangedPredicate{})).
		WithOptions(controller.Options{RateLimiter: reconcile.RateLimiter(), NewQueue: reconcile.FairQueue}).
		Complete(r.Trace.Reconciler("oauthresource", r))
}

// claimChanged lets through what decides who has an identifier.
func claimChanged() predicate.Predicate {
	return predicate.Funcs{UpdateFunc: func(e event.UpdateEvent) bool {
		was, is := e.ObjectOld.(*oauthv1alpha1.OAuthResource), e.ObjectNew.(*oauthv1alpha1.OAuthResource)
		return was.Generation != is.Generation || was.UID != is.UID || (was.DeletionTimestamp == nil) != (is.DeletionTimestamp == nil)
	}}
}

// rivals maps a resource to the oldest others that claim its identifier, and to those of its
// namespace that are next when there are too many.
func (r *Reconciler) rivals(ctx context.Context, object client.Object) []ctrl.Request {
	identifier := string(object.(*oauthv1alpha1.OAuthResource).Spec.Identifier)
	out := r.requests(ctx, client.MatchingFields{indexIdentifier: identifier})
	own := ctrl.Request{NamespacedName: client.ObjectKeyFromObject(object)}
	out = slices.DeleteFunc(out, func(q ctrl.Request) bool { return q == own })
	out = out[:min(len(out), maxRivals)]
	siblings := r.requests(ctx, client.InNamespace(object.GetNamespace()))
	next := min(len(siblings), resourcespec.MaxPerNamespace-1)
	return append(out, siblings[next:min(len(siblings), next+maxRivals)]...)
}

// inNamespace maps a namespace to its resources and to those elsewhere that claim the
// same identifiers.
func (r *Reconciler) inNamespace(ctx context.Context, namespace client.Object) []ctrl.Request {
	list := &oauthv1alpha1.OAuthResourceList{}
	if r.Client.List(ctx, list, client.InNamespace(namespace.GetName()), client.UnsafeDisableDeepCopy) != nil {
		return nil
	}
	var out []ctrl.Request
	for i := range list.Items {
		out = append(out, ctrl.Request{NamespacedName: client.ObjectKeyFromObject(&list.Items[i])})
		out = append(out, r.rivals(ctx, &list.Items[i])...)
	}
	return out
}

// requests returns the resources that options select, the oldest first.
func (r *Reconciler) requests(ctx context.Context, options ...client.ListOption) []ctrl.Request {
	list := &oauthv1alpha1.OAuthResourceList{}
	// Nothing is changed here, and a copy of each resource would be garbage.
	if r.Client.List(ctx, list, append(options, client.UnsafeDisableDeepCopy)...) != nil {
		return nil
	}
	slices.SortStableFunc(list.Items, func(a, b oauthv1alpha1.OAuthResource) int {
		return a.CreationTimestamp.Compare(b.CreationTimestamp.Time)
	})
	var out []ctrl.Request
	for i := range list.Items {
		out = append(out, ctrl.Request{NamespacedName: client.ObjectKeyFromObject(&list.Items[i])})
	}
	return out
}
