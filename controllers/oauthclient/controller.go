package oauthclient

import (
	"context"
	"fmt"
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/client-go/tools/events"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/hosts"
	"github.com/grantor-dev/grantor/controllers/keyrings"
	"github.com/grantor-dev/grantor/controllers/oauthclient/gather"
	"github.com/grantor-dev/grantor/controllers/reconcile"
	"github.com/grantor-dev/grantor/controllers/replicas"
	"github.com/grantor-dev/grantor/internal/tracing"
)

// +kubebuilder:rbac:groups=oauth.grantor.dev,resources=oauthclients/status,verbs=patch
// +kubebuilder:rbac:groups="",resources=secrets,verbs=get;list;watch;create;update;delete
// +kubebuilder:rbac:groups=events.k8s.io,resources=events,verbs=create;patch

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
	// Steady measures how long something took: corrections of clocks do not change it.
	Steady func() time.Time
	// Workers is the number of clients that are reconciled at once.
	Workers int

	// pending holds, by the client's name, secrets whose digest is published and
	// that could not be written yet.
	pending sync.Map
	// known holds, by the client's name, a digest of the value in its Secret.
	known sync.Map
	// behind knows which clients replicas have not loaded.
	behind replicas.Behind
	// reader reads what decides.
	reader gather.Reader
	// turns keep clients of one namespace from crowding out others.
	turns *turns
	// superseded are versions that the cache may still have.
	superseded reconcile.Superseded
}

// Reconcile brings one OAuthClient to what its spec says.
func (r *Reconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	c := &oauthv1alpha1.OAuthClient{}
	err := r.Client.Get(ctx, req.NamespacedName, c)
	if apierrors.IsNotFound(err) || err == nil && c.DeletionTimestamp != nil {
		r.pending.Delete(req.NamespacedName)
		r.known.Delete(req.NamespacedName)
		r.behind.Forget(req.NamespacedName)
		r.superseded.Forget(req.NamespacedName)
		r.turns.forget(req.NamespacedName)
		return ctrl.Result{}, nil
	}
	if err != nil {
		return ctrl.Result{}, fmt.Errorf("get client: %w", err)
	}
	if r.superseded.Has(req.NamespacedName, c.ResourceVersion, r.Steady()) {
		return ctrl.Result{RequeueAfter: reconcile.ConflictDelay}, nil
	}
	facts, err := r.reader.Observe(ctx, c, r.Now())
	if err != nil || facts.Namespace.DeletionTimestamp != nil {
		return reconcile.Result(err)
	}
	p := begin(facts)
	accepted := p.decide()
	if wait := r.turns.wait(p, req.NamespacedName); wait > 0 {
		p.again.In(wait)
		return p.again.Result(), nil
	}
	if err := r.readKeys(ctx, p); err != nil {
		return reconcile.Result(err)
	}
	p.resolveRedirects()
	if accepted {
		err = r.reconcileCredentials(ctx, p)
	}
	if err == nil {
		err = r.finish(ctx, p)
	}
	if err != nil {
		return reconcile.Result(err)
	}
	return p.again.Result(), nil
}
