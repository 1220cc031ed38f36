package connection

import (
	"context"
	"time"

	"k8s.io/client-go/tools/events"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/keyrings"
	"github.com/grantor-dev/grantor/controllers/reconcile"
	"github.com/grantor-dev/grantor/controllers/registration"
	"github.com/grantor-dev/grantor/internal/credentials"
	"github.com/grantor-dev/grantor/internal/tracing"
)

// +kubebuilder:rbac:groups=session.grantor.dev,resources=connections,verbs=get;list;watch;update
// +kubebuilder:rbac:groups=oauth.grantor.dev,resources=oauthtokens;oauthusers,verbs=get;list;watch
// +kubebuilder:rbac:groups="",resources=secrets,verbs=get;list;watch
// +kubebuilder:rbac:groups=events.k8s.io,resources=events,verbs=create;patch

const (
	// A Connection that waits, for the keys of its server or for the controller of OAuthTokens, is
	// looked at again after recheck and then after twice as long each time, up to slowest.
	recheck = 5 * time.Second
	slowest = time.Minute
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
	// opened has the Connections once all were read.
	opened *opened
	users  users
	// peppers returns what the server of a Connection seals with, none while that is not known.
	peppers func(context.Context, *sessionv1alpha1.Connection) (credentials.Peppers, error)
}

// New completes a Reconciler.
func New(r Reconciler) *Reconciler {
	r.waiting = make(chan event.GenericEvent)
	r.peppers, r.opened = r.peppersOf, &opened{}
	return &r
}

// Reconcile looks at one Connection.
func (r *Reconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	c := &sessionv1alpha1.Connection{}
	if err := r.Sessions.Cached.Get(ctx, req.NamespacedName, c); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if !waits(c) {
		return ctrl.Result{}, nil
	}
	if r.opened.Load() == nil {
		return ctrl.Result{RequeueAfter: time.Second}, nil
	}
	if err := r.look(ctx, c); err != nil {
		return reconcile.Result(err)
	}
	return ctrl.Result{RequeueAfter: again(r.Now().Sub(c.CreationTimestamp.Time))}, nil
}

// again returns when to look again at a Connection of an age.
func again(age time.Duration) time.Duration { return min(max(age, recheck), slowest) }

// waits reports whether the code of a Connection is neither redeemed nor refused.
func waits(c *sessionv1alpha1.Connection) bool {
	return c.DeletionTimestamp == nil && c.Spec.State == sessionv1alpha1.ConnectionReceived
}

// look refuses a Connection that does not count, and passes on that there is one that does.
func (r *Reconciler) look(ctx context.Context, c *sessionv1alpha1.Connection) error {
	token, err := r.tokenOf(ctx, client.ObjectKey{Namespace: c.Spec.Namespace, Name: c.Spec.Token})
	if err != nil {
		return err
	}
	best, err := r.pick(ctx, token, c.Spec.TokenUID)
	if err != nil || best == nil {
		return err
	}
	r.pass(ctx, token)
	return nil
}

// pass tells the controller of OAuthTokens of a code.
func (r *Reconciler) pass(ctx context.Context, token *oauthv1alpha1.OAuthToken) {
	select {
	case r.waiting <- event.GenericEvent{Object: token}:
	case <-ctx.Done():
	}
}
