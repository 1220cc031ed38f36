package oauthresource

import (
	"context"

	"k8s.io/client-go/tools/events"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/index"
	"github.com/grantor-dev/grantor/controllers/reconcile"
	"github.com/grantor-dev/grantor/internal/resourcespec"
	"github.com/grantor-dev/grantor/internal/tracing"
)

// +kubebuilder:rbac:groups=oauth.grantor.dev,resources=oauthresources;oauthservers;oauthclientpolicies,verbs=get;list;watch
// +kubebuilder:rbac:groups=oauth.grantor.dev,resources=oauthresources/status,verbs=patch
// +kubebuilder:rbac:groups="",resources=namespaces,verbs=get;list;watch
// +kubebuilder:rbac:groups=events.k8s.io,resources=events,verbs=create;patch

// Reconciler reconciles OAuthResources.
type Reconciler struct {
	// Client reads from the cache and writes.
	Client client.Client
	// Events records transitions.
	Events events.EventRecorder
	// Trace makes a span of each reconcile; nil makes none.
	Trace *tracing.Tracer

	// byIdentifier finds the resources that claim an identifier, byNamespace those of a
	// namespace: each as many as any tenant likes.
	byIdentifier, byNamespace *index.Index[*oauthv1alpha1.OAuthResource]
}

// Reconcile brings the status of one OAuthResource up to date.
func (r *Reconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	object := &oauthv1alpha1.OAuthResource{}
	if err := r.Client.Get(ctx, req.NamespacedName, object); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if object.DeletionTimestamp != nil {
		return ctrl.Result{}, nil
	}
	known, err := r.gather(ctx, object)
	if err != nil {
		return reconcile.Result(err)
	}
	if known.leaving {
		return ctrl.Result{}, nil
	}
	return reconcile.Result(r.report(ctx, object, resourcespec.Decide(known.candidate, known.inputs)))
}
