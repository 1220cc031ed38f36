package oauthclient

import (
	"context"
	"fmt"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/client-go/tools/events"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/hosts"
	"github.com/grantor-dev/grantor/controllers/keyrings"
	"github.com/grantor-dev/grantor/controllers/replicas"
	"github.com/grantor-dev/grantor/internal/clientindex"
	"github.com/grantor-dev/grantor/internal/clientspec"
	"github.com/grantor-dev/grantor/internal/conditions"
	"github.com/grantor-dev/grantor/internal/tracing"
)

// +kubebuilder:rbac:groups=oauth.grantor.dev,resources=oauthclients;oauthservers,verbs=get;list;watch
// +kubebuilder:rbac:groups=oauth.grantor.dev,resources=oauthclients/status,verbs=patch
// +kubebuilder:rbac:groups="",resources=secrets,verbs=get;list;watch;create;update;delete
// +kubebuilder:rbac:groups="",resources=namespaces,verbs=get;list;watch
// +kubebuilder:rbac:groups=events.k8s.io,resources=events,verbs=create;patch

// conflictDelay is how long a reconcile waits for the cache after it lost a race.
const conflictDelay = 200 * time.Millisecond

// Reconciler reconciles OAuthClients.
type Reconciler struct {
	// Client reads from the cache and writes.
	Client client.Client
	// Live reads from the API server: that something is absent from a cache is no
	// evidence that it does not exist.
	Live client.Reader
	// Events records transitions.
	Events events.EventRecorder
	// Replicas are asked whether they have loaded a client that changed.
	Replicas Replicas
	// Hosts are those of the objects that clients name in spec.redirectURIsFrom.
	Hosts *hosts.Reader
	// KeyRings remembers the keys of servers.
	KeyRings *keyrings.Cache
	// Trace makes a span of each reconcile; nil makes none.
	Trace *tracing.Tracer
	// Now is the clock.
	Now func() time.Time
	// Workers is the number of clients that are reconciled at once.
	Workers int

	// pending holds, by the client's name, secrets whose digest is published and
	// that could not be written yet.
	pending sync.Map
	// known holds, by the client's name, a digest of the value in its Secret.
	known sync.Map
	// namespaces counts the clients of each namespace.
	namespaces clientindex.NamespaceIndex
}

// pass is one reconcile of one client.
type pass struct {
	client  *oauthv1alpha1.OAuthClient
	stored  *oauthv1alpha1.OAuthClient
	server  *oauthv1alpha1.OAuthServer
	set     conditions.Set
	requeue time.Duration
	// resolution is what became of spec.redirectURIsFrom, decision what the rules say.
	resolution resolution
	decision   clientspec.Decision
	// published says that this pass stored new credentials or redirect URIs, coverage
	// which replicas have loaded what is stored.
	published bool
	coverage  replicas.Coverage
	// now is read once, so that all steps of a pass agree on what is due.
	now time.Time
	// given is the value that spec.secret.from brings; empty without it.
	given string
	// unfinished says that the pass left its work for the next one; the status does not
	// speak of this generation yet.
	unfinished bool
}

// Reconcile brings one OAuthClient to what its spec says.
func (r *Reconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	c := &oauthv1alpha1.OAuthClient{}
	err := r.Client.Get(ctx, req.NamespacedName, c)
	if apierrors.IsNotFound(err) || err == nil && c.DeletionTimestamp != nil {
		r.pending.Delete(req.NamespacedName)
		r.known.Delete(req.NamespacedName)
		return ctrl.Result{}, nil
	}
	if err != nil {
		return ctrl.Result{}, fmt.Errorf("get client: %w", err)
	}
	if terminating, err := r.namespaceTerminating(ctx, c.Namespace); err != nil || terminating {
		return ctrl.Result{}, err
	}
	before := c.DeepCopy()
	p := &pass{client: c, stored: before, now: r.Now(), set: conditions.Set{Conditions: &c.Status.Conditions, Generation: c.Generation}}

	accepted, err := r.reconcileAccepted(ctx, p)
	if err == nil {
		err = r.reconcileRedirects(ctx, p)
	}
	if err == nil && accepted {
		err = r.reconcileCredentials(ctx, p)
	}
	if err == nil && !p.unfinished {
		p.notServed()
		c.Status.ObservedGeneration = c.Generation
		err = r.patchStatus(ctx, p)
	}
	if err != nil {
		return resultOf(err)
	}
	if !p.unfinished {
		r.recordTransitions(before, c)
	}
	return ctrl.Result{RequeueAfter: p.requeue}, nil
}

// patchStatus writes the status if it differs from the stored one. The optimistic
// lock makes a decision fail that was taken on old facts, here or by another
// operator.
func (r *Reconciler) patchStatus(ctx context.Context, p *pass) error {
	if equality.Semantic.DeepEqual(p.stored.Status, p.client.Status) {
		return nil
	}
	patch := client.MergeFromWithOptions(p.stored, client.MergeFromWithOptimisticLock{})
	if err := r.Client.Status().Patch(ctx, p.client, patch, client.FieldOwner(oauthv1alpha1.FieldManager)); err != nil {
		return fmt.Errorf("patch status: %w", err)
	}
	p.stored = p.client.DeepCopy()
	return nil
}

// resultOf keeps what is expected in a busy cluster out of the error log: a lost
// race is tried again, also one with a deletion, and in a namespace that is going
// away nothing is left to do.
func resultOf(err error) (ctrl.Result, error) {
	switch {
	case apierrors.IsConflict(err) || apierrors.IsAlreadyExists(err) || apierrors.IsNotFound(err):
		return ctrl.Result{RequeueAfter: conflictDelay}, nil
	case refusedByTermination(err):
		return ctrl.Result{}, nil
	}
	return ctrl.Result{}, err
}

// soonest keeps what is due already from a pass without a pause.
const soonest = 50 * time.Millisecond

func (p *pass) requeueAfter(d time.Duration) {
	if p.requeue == 0 || d < p.requeue {
		p.requeue = max(d, soonest)
	}
}
