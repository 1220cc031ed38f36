package oauthtoken

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/predicate"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/oauthclient/lookup"
	"github.com/grantor-dev/grantor/controllers/reconcile"
)

// SetupWithManager registers the controller.
func (r *Reconciler) SetupWithManager(mgr ctrl.Manager) error {
	b := ctrl.NewControllerManagedBy(mgr).
		Named("oauthtoken").
		For(&oauthv1alpha1.OAuthToken{}, builder.WithPredicates(predicate.GenerationChangedPredicate{})).
		Owns(&corev1.Secret{}).
		Watches(&oauthv1alpha1.OAuthClient{}, handler.EnqueueRequestsFromMapFunc(r.ofClientRef)).
		Watches(&oauthv1alpha1.OAuthServer{}, handler.EnqueueRequestsFromMapFunc(r.all), builder.WithPredicates(lookup.ServerChanged())).
		WithOptions(controller.Options{
			RateLimiter: reconcile.RateLimiter(), NewQueue: reconcile.SharedQueue(r.Workers), MaxConcurrentReconciles: max(r.Workers, 1),
		})
	if r.Handovers != nil {
		b = r.Handovers.Setup(b)
	}
	return b.Complete(r.Trace.Reconciler("oauthtoken", r))
}

// ofClientRef maps an OAuthClient to the OAuthTokens that use it.
func (r *Reconciler) ofClientRef(ctx context.Context, object client.Object) []ctrl.Request {
	return r.requests(ctx, func(token *oauthv1alpha1.OAuthToken) bool {
		return token.Spec.ClientRef != nil && token.Spec.ClientRef.Name == object.GetName()
	}, client.InNamespace(object.GetNamespace()))
}

// all maps an OAuthServer to the OAuthTokens that may depend on it.
func (r *Reconciler) all(ctx context.Context, _ client.Object) []ctrl.Request {
	return r.requests(ctx, func(token *oauthv1alpha1.OAuthToken) bool {
		return token.Spec.ClientRef != nil || token.Spec.Grant == oauthv1alpha1.TokenGrantAuthorizationCode
	})
}

func (r *Reconciler) requests(ctx context.Context, wanted func(*oauthv1alpha1.OAuthToken) bool, options ...client.ListOption) (out []ctrl.Request) {
	list := &oauthv1alpha1.OAuthTokenList{}
	if r.Client.List(ctx, list, append(options, client.UnsafeDisableDeepCopy)...) != nil {
		return nil
	}
	for i := range list.Items {
		if wanted(&list.Items[i]) {
			out = append(out, ctrl.Request{NamespacedName: client.ObjectKeyFromObject(&list.Items[i])})
		}
	}
	return out
}
