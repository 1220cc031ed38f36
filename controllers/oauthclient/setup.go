package oauthclient

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/predicate"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/oauthclient/gather"
	"github.com/grantor-dev/grantor/controllers/oauthclient/lookup"
	"github.com/grantor-dev/grantor/controllers/reconcile"
)

// SetupWithManager registers the controller and the indexes it needs.
func (r *Reconciler) SetupWithManager(ctx context.Context, mgr ctrl.Manager) error {
	clients, err := lookup.New(ctx, mgr)
	if err != nil {
		return err
	}
	r.reader = gather.Reader{Cache: r.Client, Live: r.Live, Hosts: r.Hosts, KeyRings: r.KeyRings, Clients: clients}
	r.turns = newTurns(r.Steady)
	built, err := ctrl.NewControllerManagedBy(mgr).
		Named("oauthclient").
		For(&oauthv1alpha1.OAuthClient{}).
		Watches(&oauthv1alpha1.OAuthClient{}, handler.EnqueueRequestsFromMapFunc(clients.RivalsOf),
			builder.WithPredicates(predicate.GenerationChangedPredicate{})).
		Watches(&oauthv1alpha1.OAuthClient{}, clients.CountClients()).
		Watches(&oauthv1alpha1.OAuthClientPolicy{}, handler.EnqueueRequestsFromMapFunc(clients.OfPolicy),
			builder.WithPredicates(lookup.PolicyChanged())).
		Watches(&corev1.Secret{}, handler.EnqueueRequestsFromMapFunc(clients.OfSecret)).
		Watches(&oauthv1alpha1.OAuthServer{}, handler.EnqueueRequestsFromMapFunc(clients.OfServer),
			builder.WithPredicates(lookup.ServerChanged())).
		Watches(&discoveryv1.EndpointSlice{}, handler.EnqueueRequestsFromMapFunc(clients.AwaitingReplicas)).
		Watches(&metav1.PartialObjectMetadata{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Namespace"}},
			handler.EnqueueRequestsFromMapFunc(clients.InNamespace),
			builder.WithPredicates(predicate.LabelChangedPredicate{})).
		WithOptions(controller.Options{
			MaxConcurrentReconciles: max(r.Workers, 1),
			RateLimiter:             reconcile.RateLimiter(),
			NewQueue:                reconcile.FairQueue,
		}).
		Build(r.Trace.Reconciler("oauthclient", r))
	if err != nil {
		return err
	}
	r.Hosts.Notify(built, clients.OfSource)
	return nil
}
