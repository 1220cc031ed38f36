package registration

import (
	"context"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/rest"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/source"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/reconcile"
)

// Sessions is the API server that keeps session objects, which can be another one.
type Sessions struct {
	// Cached has all Registrations.
	Cached cache.Cache
	// Live writes them.
	Live client.Client
}

// NewSessions returns what reads and writes Registrations.
func NewSessions(config *rest.Config, scheme *runtime.Scheme, live client.Client) (Sessions, error) {
	cached, err := cache.New(config, cache.Options{Scheme: scheme, DefaultTransform: cache.TransformStripManagedFields()})
	return Sessions{cached, live}, err
}

// patience is how long the controller waits until it has read all Registrations: for ever. If
// the API server of session objects does not answer, or does not have the kind yet, the
// operator must not exit, because it has other work to do.
const patience = 100 * 365 * 24 * time.Hour

// SetupWithManager registers the controller and its cache.
func (r *Reconciler) SetupWithManager(mgr ctrl.Manager) error {
	if err := mgr.Add(r.Sessions.Cached); err != nil {
		return err
	}
	return ctrl.NewControllerManagedBy(mgr).
		Named("registration").
		WatchesRawSource(source.Kind[client.Object](r.Sessions.Cached, &sessionv1alpha1.Registration{}, &handler.EnqueueRequestForObject{})).
		Watches(&oauthv1alpha1.OAuthClient{}, handler.EnqueueRequestsFromMapFunc(r.ofClient)).
		Watches(&oauthv1alpha1.OAuthServer{}, handler.EnqueueRequestsFromMapFunc(r.ofServer), builder.WithPredicates(predicate.Funcs{UpdateFunc: differs})).
		// One worker, so that what a namespace may have is counted exactly.
		WithOptions(controller.Options{
			RateLimiter: reconcile.RateLimiter(), NewQueue: reconcile.FairQueue, MaxConcurrentReconciles: 1, CacheSyncTimeout: patience,
		}).
		Complete(r.Trace.Reconciler("registration", r))
}

// differs reports whether what an OAuthServer says about registrations or its keys has changed.
func differs(e event.UpdateEvent) bool {
	old, ok := e.ObjectOld.(*oauthv1alpha1.OAuthServer)
	next, ok2 := e.ObjectNew.(*oauthv1alpha1.OAuthServer)
	return !ok || !ok2 || old.Generation != next.Generation || !equality.Semantic.DeepEqual(old.Status.Keys, next.Status.Keys)
}

// ofServer maps an OAuthServer to its Registrations.
func (r *Reconciler) ofServer(ctx context.Context, object client.Object) (out []ctrl.Request) {
	list := &sessionv1alpha1.RegistrationList{}
	// Registrations that are not read yet are reconciled when they are.
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	if err := r.Sessions.Cached.List(ctx, list, client.InNamespace(object.GetNamespace()), client.UnsafeDisableDeepCopy); err != nil {
		return nil
	}
	for i := range list.Items {
		if list.Items[i].Spec.Server == object.GetName() {
			out = append(out, ctrl.Request{NamespacedName: client.ObjectKeyFromObject(&list.Items[i])})
		}
	}
	return out
}

// ofClient maps an OAuthClient to the Registration that it was made of.
func (r *Reconciler) ofClient(ctx context.Context, object client.Object) []ctrl.Request {
	uid := object.GetLabels()[oauthv1alpha1.LabelRegistered]
	if uid == "" {
		return nil
	}
	found, err := r.registrationOf(ctx, types.UID(uid))
	if err != nil || found == nil {
		return nil
	}
	return []ctrl.Request{{NamespacedName: client.ObjectKeyFromObject(found)}}
}

// registrationOf returns the Registration with a UID, nil if there is none. It must not be
// changed.
func (r *Reconciler) registrationOf(ctx context.Context, uid types.UID) (*sessionv1alpha1.Registration, error) {
	list := &sessionv1alpha1.RegistrationList{}
	if err := r.Sessions.Cached.List(ctx, list, client.UnsafeDisableDeepCopy); err != nil {
		return nil, fmt.Errorf("list registrations: %w", err)
	}
	for i := range list.Items {
		if list.Items[i].UID == uid {
			return &list.Items[i], nil
		}
	}
	return nil, nil //nolint:nilnil // that there is none is an answer
}
