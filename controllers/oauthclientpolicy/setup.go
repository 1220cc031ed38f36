package oauthclientpolicy

import (
	"context"
	"maps"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/predicate"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/reconcile"
)

// countDelay is how long a change of a client waits for others, so that counts are not
// written for each.
const countDelay = 5 * time.Second

// SetupWithManager registers the controller.
func (r *Reconciler) SetupWithManager(mgr ctrl.Manager) error {
	generation := builder.WithPredicates(predicate.GenerationChangedPredicate{})
	return ctrl.NewControllerManagedBy(mgr).
		Named("oauthclientpolicy").
		Watches(&oauthv1alpha1.OAuthClientPolicy{}, handler.EnqueueRequestsFromMapFunc(reconcile.NamespaceOf), generation).
		// An edited status is corrected, without haste.
		Watches(&oauthv1alpha1.OAuthClientPolicy{}, r.later(reconcile.NamespaceOf)).
		Watches(&oauthv1alpha1.OAuthServer{}, handler.EnqueueRequestsFromMapFunc(reconcile.NamespaceOf), generation).
		Watches(&oauthv1alpha1.OAuthServer{}, r.later(r.policies), generation).
		Watches(&oauthv1alpha1.OAuthClient{}, r.later(r.policies), builder.WithPredicates(clientChanged())).
		Watches(&metav1.PartialObjectMetadata{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Namespace"}},
			r.later(r.policies), builder.WithPredicates(predicate.LabelChangedPredicate{})).
		WithOptions(controller.Options{RateLimiter: reconcile.RateLimiter()}).
		Complete(r.Trace.Reconciler("oauthclientpolicy", r))
}

// later reconciles after countDelay; what happens until then is included.
func (r *Reconciler) later(concerned handler.MapFunc) handler.EventHandler {
	add := func(ctx context.Context, object client.Object, queue workqueue.TypedRateLimitingInterface[ctrl.Request]) {
		for _, request := range concerned(ctx, object) {
			queue.AddAfter(request, countDelay)
		}
	}
	return handler.Funcs{
		CreateFunc: func(ctx context.Context, e event.CreateEvent, q workqueue.TypedRateLimitingInterface[ctrl.Request]) {
			add(ctx, e.Object, q)
		},
		UpdateFunc: func(ctx context.Context, e event.UpdateEvent, q workqueue.TypedRateLimitingInterface[ctrl.Request]) {
			add(ctx, e.ObjectNew, q)
		},
		DeleteFunc: func(ctx context.Context, e event.DeleteEvent, q workqueue.TypedRateLimitingInterface[ctrl.Request]) {
			add(ctx, e.Object, q)
		},
	}
}

// policies maps any object to all namespaces that have policies.
func (r *Reconciler) policies(ctx context.Context, _ client.Object) []ctrl.Request {
	list := &oauthv1alpha1.OAuthClientPolicyList{}
	if r.Client.List(ctx, list, client.UnsafeDisableDeepCopy) != nil {
		return nil
	}
	namespaces := map[string]bool{}
	for i := range list.Items {
		namespaces[list.Items[i].Namespace] = true
	}
	var out []ctrl.Request
	for namespace := range maps.Keys(namespaces) {
		out = append(out, reconcile.InNamespace(namespace))
	}
	return out
}

// clientChanged lets through what policies look at: the spec, and the server that a
// client is bound to.
func clientChanged() predicate.Predicate {
	return predicate.Funcs{UpdateFunc: func(e event.UpdateEvent) bool {
		was, is := e.ObjectOld.(*oauthv1alpha1.OAuthClient), e.ObjectNew.(*oauthv1alpha1.OAuthClient)
		return was.Generation != is.Generation || (was.DeletionTimestamp == nil) != (is.DeletionTimestamp == nil) ||
			(was.Status.ServerRef == nil) != (is.Status.ServerRef == nil) ||
			was.Status.ServerRef != nil && *was.Status.ServerRef != *is.Status.ServerRef
	}}
}
