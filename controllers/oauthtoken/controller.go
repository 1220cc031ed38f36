package oauthtoken

import (
	"context"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/tools/events"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/memory"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/problem"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/source"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/state"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/tokenmetrics"
	"github.com/grantor-dev/grantor/controllers/reconcile"
	"github.com/grantor-dev/grantor/internal/tracing"
)

// +kubebuilder:rbac:groups=oauth.grantor.dev,resources=oauthtokens;oauthclients;oauthservers,verbs=get;list;watch
// +kubebuilder:rbac:groups=oauth.grantor.dev,resources=oauthtokens/status,verbs=patch
// +kubebuilder:rbac:groups="",resources=secrets,verbs=get;list;watch;create;update;delete
// +kubebuilder:rbac:groups="",resources=namespaces,verbs=get;list;watch
// +kubebuilder:rbac:groups=events.k8s.io,resources=events,verbs=create;patch

// Reconciler reconciles OAuthTokens.
type Reconciler struct {
	// Client reads from the cache and writes, and Live reads from the API server.
	Client client.Client
	Live   client.Reader
	// Events records what a person must know.
	Events events.EventRecorder
	// Handovers finds codes; nil has none.
	Handovers Handovers
	// Sources finds where tokens come from.
	Sources *source.Finder
	// Metrics counts; nil does not.
	Metrics *tokenmetrics.Metrics
	// Trace makes a span of each reconcile; nil makes none.
	Trace *tracing.Tracer
	// Now is the clock. Earlier is the same clock, or this machine's if that is behind: what
	// expired by a clock that is wrong must not be removed.
	Now, Earlier func() time.Time
	// Steady measures how long something took: corrections of clocks do not change it.
	Steady func() time.Time
	// Holder is the name of this process in attempts: no other one has it.
	Holder string
	// Workers is how many OAuthTokens are reconciled at once.
	Workers int

	memories memory.Memories
}

// pass is one reconcile of one OAuthToken.
type pass struct {
	*oauthv1alpha1.OAuthToken
	stored *oauthv1alpha1.OAuthToken
	memory *memory.Memory
	again  reconcile.Requeue
	now    time.Time
	// kept is the Secret with the state, and shown the Secret with the token; nil if there
	// is none.
	kept, shown *corev1.Secret
	state       state.State
	source      source.Source
	// problem is why no token can be requested.
	problem *problem.Problem
}

// Reconcile brings the Secret of one OAuthToken up to date.
func (r *Reconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	object := &oauthv1alpha1.OAuthToken{}
	if err := r.Client.Get(ctx, req.NamespacedName, object); err != nil {
		r.memories.Forget(req.NamespacedName)
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if object.DeletionTimestamp != nil {
		return ctrl.Result{}, nil
	}
	p := &pass{OAuthToken: object, stored: object.DeepCopy(), memory: r.memories.Of(object), now: r.Now()}
	if err := r.reconcile(ctx, p); err != nil {
		return reconcile.Result(err)
	}
	return p.again.Result(), nil
}

func (r *Reconciler) reconcile(ctx context.Context, p *pass) error {
	if err := r.load(ctx, p); err != nil {
		return err
	}
	if err := r.storeUnwritten(ctx, p); err != nil {
		return err
	}
	if err := r.resolve(ctx, p); err != nil {
		return err
	}
	next, err := r.advance(ctx, p)
	if err != nil {
		return err
	}
	if err := r.show(ctx, p); err != nil {
		return err
	}
	return r.report(ctx, p, next)
}
