package oauthserver

import (
	"context"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/events"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/handler"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/oauthserver/deployment"
	"github.com/grantor-dev/grantor/controllers/oauthserver/keys"
	"github.com/grantor-dev/grantor/controllers/reconcile"
	"github.com/grantor-dev/grantor/internal/conditions"
	"github.com/grantor-dev/grantor/internal/serverspec"
	"github.com/grantor-dev/grantor/internal/tracing"
)

// +kubebuilder:rbac:groups=oauth.grantor.dev,resources=oauthservers;oauthclients,verbs=get;list;watch
// +kubebuilder:rbac:groups=oauth.grantor.dev,resources=oauthservers/status,verbs=patch
// +kubebuilder:rbac:groups=events.k8s.io,resources=events,verbs=create;patch

// recheck is how often the operator looks again at what only a person can cure: a
// Secret that was restored without its label is one that it does not see, and neither
// is a quota that was raised.
const recheck = 20 * time.Second

// Reconciler reconciles OAuthServers.
type Reconciler struct {
	// Client reads from the cache and writes.
	Client client.Client
	// Live reads from the API server: that something is absent from a cache is no
	// evidence that it does not exist.
	Live client.Reader
	// Events records transitions.
	Events events.EventRecorder
	// Keys makes and replaces the keys of servers.
	Keys *keys.Reconciler
	// Deployment runs servers.
	Deployment *deployment.Reconciler
	// Trace makes a span of each reconcile; nil makes none.
	Trace *tracing.Tracer
	// Now is the clock.
	Now func() time.Time

	permissions permissions
}

// SetupWithManager registers the controller.
func (r *Reconciler) SetupWithManager(mgr ctrl.Manager) error {
	built := ctrl.NewControllerManagedBy(mgr).
		Named("oauthserver").
		For(&oauthv1alpha1.OAuthServer{})
	for _, kind := range deployment.Kinds() {
		built = built.Watches(deployment.Object(kind), handler.EnqueueRequestsFromMapFunc(deployment.ServerOf))
	}
	made, err := built.
		Watches(&corev1.Secret{}, handler.EnqueueRequestsFromMapFunc(serverOfKeys)).
		Watches(&oauthv1alpha1.OAuthClient{}, handler.EnqueueRequestsFromMapFunc(r.Keys.ServerOf)).
		Watches(&oauthv1alpha1.OAuthServer{}, handler.EnqueueRequestsFromMapFunc(r.otherDefaults)).
		WithOptions(controller.Options{RateLimiter: reconcile.RateLimiter()}).
		Build(r.Trace.Reconciler("oauthserver", r))
	if err != nil {
		return err
	}
	r.Deployment.Routes.Watch(made.Watch)
	return nil
}

// Reconcile brings one OAuthServer to what its spec says.
func (r *Reconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	server := &oauthv1alpha1.OAuthServer{}
	if err := r.Client.Get(ctx, req.NamespacedName, server); apierrors.IsNotFound(err) {
		return ctrl.Result{}, r.Deployment.Forget(ctx, req.NamespacedName)
	} else if err != nil {
		return ctrl.Result{}, fmt.Errorf("get server: %w", err)
	}
	if server.DeletionTimestamp != nil {
		return ctrl.Result{}, nil
	}
	before := server.DeepCopy()
	set := conditions.Set{Conditions: &server.Status.Conditions, Generation: server.Generation}

	var again, look time.Time
	urls := serverspec.Endpoints(server.Spec.Issuer)
	server.Status.Endpoints = &urls
	setAddressesKnown(server, set)
	setCompatibilityReady(server, set)
	err := r.reconcileDefault(ctx, server, set)
	if err == nil {
		look, err = r.reconcileInternal(ctx, server)
	}
	if err == nil {
		look, err = r.reconcileRegistration(ctx, server, set, look)
	}
	if err == nil {
		again, err = r.Keys.Reconcile(ctx, server, set)
	}
	if err == nil {
		err = r.Deployment.Reconcile(ctx, server, set)
	}
	if err == nil {
		server.Status.ObservedGeneration = server.Generation
		err = r.patchStatus(ctx, before, server)
	}
	if reconcile.LostRace(err) {
		// A lost race is tried again and is no error.
		return ctrl.Result{RequeueAfter: reconcile.ConflictDelay}, nil
	}
	if err == nil && meta.IsStatusConditionTrue(server.Status.Conditions, oauthv1alpha1.ConditionStalled) {
		return ctrl.Result{RequeueAfter: recheck}, nil
	}
	if again.IsZero() || !look.IsZero() && look.Before(again) {
		again = look
	}
	if err != nil || again.IsZero() {
		return ctrl.Result{}, err
	}
	var requeue reconcile.Requeue
	requeue.In(again.Sub(r.Now()))
	return requeue.Result(), nil
}

// patchStatus writes the status if it changed. It is not reconcile.PatchStatus, which takes
// any difference between two objects for one of the status and a server that is gone for a
// lost race: here a step may have written a part of the status, and with it the version.
func (r *Reconciler) patchStatus(ctx context.Context, before, after *oauthv1alpha1.OAuthServer) error {
	if equality.Semantic.DeepEqual(before.Status, after.Status) {
		return nil
	}
	// The lock is on what the last step wrote or read.
	before.ResourceVersion = after.ResourceVersion
	patch := client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{})
	if err := r.Client.Status().Patch(ctx, after, patch); apierrors.IsNotFound(err) {
		return nil
	} else if err != nil {
		return fmt.Errorf("patch status: %w", err)
	}
	r.recordTransitions(before, after)
	return nil
}

// serverOfKeys maps a key Secret to its server.
func serverOfKeys(_ context.Context, secret client.Object) []ctrl.Request {
	if secret.GetLabels()[oauthv1alpha1.LabelPartOf] != oauthv1alpha1.PartOfKeys {
		return nil
	}
	return []ctrl.Request{{NamespacedName: types.NamespacedName{
		Namespace: secret.GetNamespace(), Name: secret.GetAnnotations()[oauthv1alpha1.AnnotationServer],
	}}}
}
