package oauthtoken

import (
	"context"
	"net/http"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/tools/events"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/provider"
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
	// Providers finds the endpoints of issuers.
	Providers *provider.Discoverer
	// Calls makes the clients that call token endpoints.
	Calls Calls
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

	// memories are those of OAuthTokens, by namespace and name.
	memories sync.Map
}

// Calls makes the clients that call token endpoints.
type Calls struct {
	// Public calls providers at the addresses that tenants may reach.
	Public *http.Client
	// Service returns a client for the Service of an OAuthServer, which trusts its
	// certificate authorities (PEM) too.
	Service func(authorities string) *http.Client
	// Issuer returns one for the issuer of an OAuthServer, at any address: administrators of
	// the cluster write OAuthServers.
	Issuer func(authorities string) *http.Client
}

// pass is one reconcile of one OAuthToken.
type pass struct {
	*oauthv1alpha1.OAuthToken
	stored *oauthv1alpha1.OAuthToken
	memory *memory
	again  reconcile.Requeue
	now    time.Time
	// kept is the Secret with the state, and shown the Secret with the token; nil if there
	// is none.
	kept, shown *corev1.Secret
	state       state.State
	source      source
	// problem is why no token can be requested.
	problem *problem
}

// Reconcile brings the Secret of one OAuthToken up to date.
func (r *Reconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	object := &oauthv1alpha1.OAuthToken{}
	if err := r.Client.Get(ctx, req.NamespacedName, object); err != nil {
		r.memories.Delete(req.NamespacedName)
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if object.DeletionTimestamp != nil {
		return ctrl.Result{}, nil
	}
	p := &pass{OAuthToken: object, stored: object.DeepCopy(), memory: r.remember(object), now: r.Now()}
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
