package oauthresource

import (
	"context"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/predicate"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/index"
	"github.com/grantor-dev/grantor/controllers/oauthclient/lookup"
	"github.com/grantor-dev/grantor/controllers/reconcile"
	"github.com/grantor-dev/grantor/internal/resourcespec"
)

// maxRivals bounds how many resources one change reconciles. The oldest has the
// identifier, the second gets it next.
const maxRivals = 8

// SetupWithManager registers the controller and the index it needs.
func (r *Reconciler) SetupWithManager(ctx context.Context, mgr ctrl.Manager) error {
	if err := r.index(ctx, mgr.GetCache()); err != nil {
		return err
	}
	all := handler.EnqueueRequestsFromMapFunc(r.every)
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
func (r *Reconciler) rivals(_ context.Context, object client.Object) []ctrl.Request {
	rivals, err := r.byIdentifier.Of(string(object.(*oauthv1alpha1.OAuthResource).Spec.Identifier))
	if err != nil {
		return nil
	}
	own := func(o *oauthv1alpha1.OAuthResource) bool {
		return o.Namespace == object.GetNamespace() && o.Name == object.GetName()
	}
	out := requests(slices.DeleteFunc(rivals, own), 0, maxRivals)
	siblings, err := r.byNamespace.Of(object.GetNamespace())
	if err != nil {
		return out
	}
	return append(out, requests(siblings, resourcespec.MaxPerNamespace-1, maxRivals)...)
}

// inNamespace maps a namespace to its resources and to those elsewhere that claim the
// same identifiers.
func (r *Reconciler) inNamespace(ctx context.Context, namespace client.Object) []ctrl.Request {
	siblings, err := r.byNamespace.Of(namespace.GetName())
	if err != nil {
		return nil
	}
	var out []ctrl.Request
	for _, one := range siblings {
		out = append(out, ctrl.Request{NamespacedName: client.ObjectKeyFromObject(one)})
		out = append(out, r.rivals(ctx, one)...)
	}
	return out
}

// every returns all resources.
func (r *Reconciler) every(ctx context.Context, _ client.Object) []ctrl.Request {
	list := &oauthv1alpha1.OAuthResourceList{}
	// Nothing is changed here, and a copy of each resource would be garbage.
	if r.Client.List(ctx, list, client.UnsafeDisableDeepCopy) != nil {
		return nil
	}
	var out []ctrl.Request
	for i := range list.Items {
		out = append(out, ctrl.Request{NamespacedName: client.ObjectKeyFromObject(&list.Items[i])})
	}
	return out
}

// requests returns a few of some resources, the oldest first, without the first ones.
func requests(all []*oauthv1alpha1.OAuthResource, first, few int) []ctrl.Request {
	resourcespec.SortByAge(all)
	first = min(first, len(all))
	var out []ctrl.Request
	for _, one := range all[first:min(first+few, len(all))] {
		out = append(out, ctrl.Request{NamespacedName: client.ObjectKeyFromObject(one)})
	}
	return out
}

func (r *Reconciler) index(ctx context.Context, informers cache.Informers) (err error) {
	kind := &oauthv1alpha1.OAuthResource{}
	r.byIdentifier, err = index.New(ctx, informers, kind, "oauth.grantor.dev/identifier", func(o *oauthv1alpha1.OAuthResource) string { return string(o.Spec.Identifier) })
	if err != nil {
		return err
	}
	r.byNamespace, err = index.New(ctx, informers, kind, "oauth.grantor.dev/namespace", (*oauthv1alpha1.OAuthResource).GetNamespace)
	return err
}
