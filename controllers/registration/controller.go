package registration

import (
	"context"
	"fmt"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/tools/events"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/keyrings"
	"github.com/grantor-dev/grantor/controllers/reconcile"
	"github.com/grantor-dev/grantor/internal/registered"
	"github.com/grantor-dev/grantor/internal/tracing"
)

// +kubebuilder:rbac:groups=session.grantor.dev,resources=registrations,verbs=get;list;watch;update;delete
// +kubebuilder:rbac:groups=oauth.grantor.dev,resources=oauthclients;oauthservers,verbs=get;list;watch
// +kubebuilder:rbac:groups="",resources=secrets,verbs=get;list;watch
// +kubebuilder:rbac:groups=events.k8s.io,resources=events,verbs=create;patch

const (
	// keepRefused is how long a Registration that was refused is kept.
	keepRefused = time.Minute
	// recheck is how often to look again at what only a person can cure.
	recheck = 10 * time.Second
	// unchangeable is how often to look again at an OAuthClient that cannot be changed. Changes
	// of the OAuthClient and of the OAuthServer cause a reconcile anyway.
	unchangeable = time.Hour
)

// Reconciler reconciles Registrations.
type Reconciler struct {
	// Client reads OAuthClients and OAuthServers from the cache and writes OAuthClients, and
	// Live reads from the API server.
	Client client.Client
	Live   client.Reader
	// Sessions reads Registrations from the cache and writes them, at the API server that
	// keeps session objects.
	Sessions Sessions
	// KeyRings remembers the keys of servers.
	KeyRings *keyrings.Cache
	// Events records what a person must know.
	Events events.EventRecorder
	// Trace makes a span of each reconcile; nil makes none.
	Trace *tracing.Tracer
	// Now is the clock.
	Now func() time.Time

	// written holds, by the name of a Registration, the version that was replaced last.
	written sync.Map
}

// pass is one reconcile of one Registration.
type pass struct {
	registration *sessionv1alpha1.Registration
	server       *oauthv1alpha1.OAuthServer
	// client is the OAuthClient of the name, nil if there is none.
	client *oauthv1alpha1.OAuthClient
}

// Reconcile makes the OAuthClient of one Registration match it.
func (r *Reconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	p := &pass{registration: &sessionv1alpha1.Registration{}}
	if err := r.Sessions.Cached.Get(ctx, req.NamespacedName, p.registration); err != nil {
		r.written.Delete(req.NamespacedName)
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if p.registration.DeletionTimestamp != nil {
		return ctrl.Result{}, nil
	}
	again, err := r.reconcile(ctx, p)
	if err != nil {
		return reconcile.Result(err)
	}
	return ctrl.Result{RequeueAfter: again}, nil
}

func (r *Reconciler) reconcile(ctx context.Context, p *pass) (again time.Duration, err error) {
	spec := &p.registration.Spec
	if p.client, err = r.clientOf(ctx, r.Client, p.registration); err != nil {
		return 0, err
	}
	if p.isPending() {
		if r.Now().Sub(p.registration.CreationTimestamp.Time) >= keepPending {
			return 0, r.remove(ctx, p.registration)
		}
		defer func() {
			if err == nil {
				again = p.until(again, r.Now())
			}
		}()
	}
	if p.server, err = r.serverOf(ctx, p.registration); err != nil || p.server == nil {
		// If there is no OAuthServer, it may be restored later, with its keys.
		return 0, err
	}
	if spec.State == sessionv1alpha1.RegistrationRegistered {
		done, next, err := r.reseal(ctx, p)
		if err != nil || done {
			return 0, err
		}
		if !next.IsZero() {
			defer func() { again = sooner(again, next.Sub(r.Now())+time.Second) }()
		}
	}
	return r.carryOut(ctx, p)
}

// sooner returns the shorter of two delays, of which 0 is none.
func sooner(a, b time.Duration) time.Duration {
	if a == 0 || b < a {
		return b
	}
	return a
}

// carryOut does what a Registration says.
func (r *Reconciler) carryOut(ctx context.Context, p *pass) (time.Duration, error) {
	spec := &p.registration.Spec
	ours := p.client != nil && registered.Of(p.client, p.registration)
	switch {
	case spec.State == sessionv1alpha1.RegistrationDeleted:
		return r.end(ctx, p)
	case spec.State == sessionv1alpha1.RegistrationRefused:
		return r.forget(ctx, p)
	case p.client == nil && spec.ClientUID != "":
		return 0, r.removedByHand(ctx, p)
	case p.client == nil:
		return r.create(ctx, p)
	case !ours:
		return r.taken(ctx, p)
	case p.client.DeletionTimestamp != nil:
		return 0, nil
	case registered.Generation(p.client) < spec.Generation:
		return r.change(ctx, p)
	}
	return 0, r.note(ctx, p)
}

// end deletes the OAuthClient of a Registration that was deleted, and then it.
func (r *Reconciler) end(ctx context.Context, p *pass) (time.Duration, error) {
	current, err := r.clientOf(ctx, r.Live, p.registration)
	if err != nil {
		return 0, err
	}
	if current != nil && registered.Of(current, p.registration) {
		err := r.Client.Delete(ctx, current, client.Preconditions{UID: &current.UID})
		if code := reconcile.Refused(err); code != 0 {
			r.Events.Eventf(p.server, nil, corev1.EventTypeWarning, oauthv1alpha1.ReasonRegistrationNotPermitted, "Reconcile",
				"OAuthClient %s/%s, whose registration ended, cannot be deleted (HTTP %d)", current.Namespace, current.Name, code)
			return recheck, nil
		}
		if client.IgnoreNotFound(err) != nil {
			return 0, fmt.Errorf("delete client: %w", err)
		}
	}
	return 0, r.remove(ctx, p.registration)
}

// forget deletes a Registration that was refused once a replica has had time to read why.
func (r *Reconciler) forget(ctx context.Context, p *pass) (time.Duration, error) {
	left := keepRefused - r.Now().Sub(p.registration.CreationTimestamp.Time)
	if left > 0 {
		return left, nil
	}
	return 0, r.remove(ctx, p.registration)
}

// removedByHand ends a Registration whose OAuthClient was deleted.
func (r *Reconciler) removedByHand(ctx context.Context, p *pass) error {
	current, err := r.clientOf(ctx, r.Live, p.registration)
	if err != nil {
		return err
	}
	if current != nil && string(current.UID) == p.registration.Spec.ClientUID {
		return nil
	}
	return r.remove(ctx, p.registration)
}

// remove deletes a Registration as it was read.
func (r *Reconciler) remove(ctx context.Context, registration *sessionv1alpha1.Registration) error {
	err := r.Sessions.Live.Delete(ctx, registration, client.Preconditions{UID: &registration.UID, ResourceVersion: &registration.ResourceVersion})
	if client.IgnoreNotFound(err) != nil {
		return fmt.Errorf("delete registration: %w", err)
	}
	return nil
}
