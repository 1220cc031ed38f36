package connection

import (
	"context"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/tools/events"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/source"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/keyrings"
	"github.com/grantor-dev/grantor/controllers/reconcile"
	"github.com/grantor-dev/grantor/controllers/registration"
	"github.com/grantor-dev/grantor/internal/tracing"
)

// +kubebuilder:rbac:groups=session.grantor.dev,resources=connections,verbs=get;list;watch;update
// +kubebuilder:rbac:groups=oauth.grantor.dev,resources=oauthtokens;oauthusers,verbs=get;list;watch
// +kubebuilder:rbac:groups="",resources=secrets,verbs=get;list;watch
// +kubebuilder:rbac:groups=events.k8s.io,resources=events,verbs=create;patch

const (
	// recheck is how often to look again at a Connection that waits: for the keys of its server,
	// or for the controller of OAuthTokens.
	recheck = 5 * time.Second
	// settled is how long the key Secret in the cache may be older than a Connection.
	settled = time.Minute
	// patience is how long the controller waits until it has read all Connections, which must not
	// end the operator (controllers/registration).
	patience = 100 * 365 * 24 * time.Hour
)

// Reconciler looks at each Connection once it is there: it refuses what does not count, and tells
// the controller of OAuthTokens of the others.
type Reconciler struct {
	// Client reads the cache, and Live the API server.
	Client, Live client.Reader
	// Sessions reads Connections from the cache and writes them, at the API server that keeps
	// session objects.
	Sessions registration.Sessions
	// KeyRings remembers the keys of servers.
	KeyRings *keyrings.Cache
	// Events records what a person must know.
	Events events.EventRecorder
	// Trace makes a span of each reconcile; nil makes none.
	Trace *tracing.Tracer
	// Now is the clock.
	Now func() time.Time

	// waiting are OAuthTokens with a code.
	waiting chan event.GenericEvent
}

// New completes a Reconciler.
func New(r Reconciler) *Reconciler {
	r.waiting = make(chan event.GenericEvent)
	return &r
}

// SetupWithManager registers the controller. The cache of session objects is run by
// controllers/registration.
func (r *Reconciler) SetupWithManager(mgr ctrl.Manager) error {
	return ctrl.NewControllerManagedBy(mgr).
		Named("connection").
		WatchesRawSource(source.Kind[client.Object](r.Sessions.Cached, &sessionv1alpha1.Connection{}, &handler.EnqueueRequestForObject{})).
		WithOptions(controller.Options{RateLimiter: reconcile.RateLimiter(), NewQueue: reconcile.FairQueue, CacheSyncTimeout: patience}).
		Complete(r.Trace.Reconciler("connection", r))
}

// Reconcile looks at one Connection.
func (r *Reconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	c := &sessionv1alpha1.Connection{}
	if err := r.Sessions.Cached.Get(ctx, req.NamespacedName, c); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if c.DeletionTimestamp != nil || c.Spec.State != sessionv1alpha1.ConnectionReceived {
		return ctrl.Result{}, nil
	}
	if err := r.look(ctx, c); err != nil {
		return reconcile.Result(err)
	}
	return ctrl.Result{RequeueAfter: recheck}, nil
}

// look refuses a Connection that does not count, or passes on that there is one.
func (r *Reconciler) look(ctx context.Context, c *sessionv1alpha1.Connection) error {
	token, err := r.tokenOf(ctx, c)
	if err != nil {
		return err
	}
	f, known, err := r.facts(ctx, c, token)
	if err != nil || !known {
		return err
	}
	why := refusal(f)
	switch {
	case why == whyVoid && f.now.Sub(c.CreationTimestamp.Time) < settled:
		// The key that sealed it may be newer than the Secret in the cache.
		return nil
	case why != "":
		return r.refuse(ctx, c, token, why)
	}
	select {
	case r.waiting <- event.GenericEvent{Object: token}:
	case <-ctx.Done():
	}
	return nil
}

// refuse says that a code is not redeemed, and why.
func (r *Reconciler) refuse(ctx context.Context, c *sessionv1alpha1.Connection, token *oauthv1alpha1.OAuthToken, why string) error {
	if err := r.take(ctx, c, why); err != nil {
		return err
	}
	if token != nil && why != whyReplaced {
		r.Events.Eventf(token, nil, corev1.EventTypeWarning, "CodeRefused", "Reconcile", "The code that a person brought back is not redeemed: %s", why)
	}
	return nil
}

// take marks a Connection as it was read. What is secret in it goes.
func (r *Reconciler) take(ctx context.Context, c *sessionv1alpha1.Connection, why string) error {
	object := c.DeepCopy()
	object.Spec.State, object.Spec.Refusal, object.Spec.Payload = sessionv1alpha1.ConnectionTaken, why, ""
	if err := r.Sessions.Live.Update(ctx, object); client.IgnoreNotFound(err) != nil {
		return fmt.Errorf("take connection: %w", err)
	}
	return nil
}
