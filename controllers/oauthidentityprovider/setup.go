package oauthidentityprovider

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/metadata"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/predicate"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/reconcile"
	"github.com/grantor-dev/grantor/controllers/secretwatch"
)

// SetupWithManager registers the controller.
func (r *Reconciler) SetupWithManager(mgr ctrl.Manager) error {
	reader, err := metadata.NewForConfigAndClient(mgr.GetConfig(), mgr.GetHTTPClient())
	if err != nil {
		return fmt.Errorf("client for metadata: %w", err)
	}
	r.secrets, r.probes = secretwatch.New(reader), newProbes(r.Now)
	inNamespace := handler.EnqueueRequestsFromMapFunc(reconcile.NamespaceOf)
	return ctrl.NewControllerManagedBy(mgr).
		Named("oauthidentityprovider").
		Watches(&oauthv1alpha1.OAuthIdentityProvider{}, inNamespace).
		Watches(&oauthv1alpha1.OAuthServer{}, inNamespace, builder.WithPredicates(predicate.GenerationChangedPredicate{})).
		Watches(&corev1.Secret{}, inNamespace, builder.WithPredicates(predicate.NewPredicateFuncs(r.copies().Ours))).
		WatchesRawSource(r.secrets).
		WatchesRawSource(r.probes).
		WithOptions(controller.Options{RateLimiter: reconcile.RateLimiter()}).
		Complete(r.Trace.Reconciler("oauthidentityprovider", r))
}
