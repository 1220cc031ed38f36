package oauthuser

import (
	"context"
	"fmt"
	"sync"
	"time"

	"k8s.io/client-go/tools/events"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/reconcile"
	"github.com/grantor-dev/grantor/controllers/secretwatch"
	"github.com/grantor-dev/grantor/controllers/serversecret"
	"github.com/grantor-dev/grantor/internal/tracing"
)

// +kubebuilder:rbac:groups=oauth.grantor.dev,resources=oauthusers;oauthservers,verbs=get;list;watch
// +kubebuilder:rbac:groups=oauth.grantor.dev,resources=oauthusers/status,verbs=patch
// +kubebuilder:rbac:groups="",resources=secrets,verbs=get;list;watch;create;update;delete
// +kubebuilder:rbac:groups="",resources=namespaces,verbs=get;list;watch
// +kubebuilder:rbac:groups=events.k8s.io,resources=events,verbs=create;patch

// recheck is how often the operator looks again at what it sees no change of: a Secret
// that is not its own, a policy.
const recheck = time.Minute

// Reconciler reconciles the OAuthUsers of namespaces.
type Reconciler struct {
	// Client reads from the cache and writes.
	Client client.Client
	// Live reads from the API server: the contents of Secrets that no cache holds,
	// and what is absent from a cache.
	Live client.Reader
	// Events records transitions.
	Events events.EventRecorder
	// Workers is the number of namespaces that are reconciled at once.
	Workers int
	// Trace makes a span of each reconcile; nil makes none.
	Trace *tracing.Tracer

	// secrets tell that a Secret with a hash changed.
	secrets *secretwatch.Watches
	// known holds, by namespace, what was read from the Secrets with hashes.
	known sync.Map
}

// pass is one reconcile of one namespace.
type pass struct {
	namespace string
	servers   []oauthv1alpha1.OAuthServer
	// users are in the order of their age.
	users   []*user
	requeue time.Duration
}

// Reconcile brings the users of one namespace to what their specs say. The Secrets
// of the servers are written before the statuses that speak of them.
func (r *Reconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	if terminating, err := r.terminating(ctx, req.Namespace); err != nil || terminating {
		return ctrl.Result{}, err
	}
	p, err := r.gather(ctx, req.Namespace)
	if err != nil {
		return ctrl.Result{}, err
	}
	judge(p.users, len(p.servers) > 0)
	if err := r.readHashes(ctx, p); err != nil {
		return reconcile.Result(err)
	}
	entries, copies := pack(p.users), r.copies()
	for i := range p.servers {
		refused, err := copies.Write(ctx, &p.servers[i], entries)
		if err != nil {
			return reconcile.Result(err)
		}
		if refused != nil {
			blame(p.users, problem{refused.Reason, refused.Message})
			p.requeue = recheck
		}
	}
	if err := r.patchStatuses(ctx, p); err != nil {
		return reconcile.Result(err)
	}
	return ctrl.Result{RequeueAfter: p.requeue}, nil
}

// copies are the Secrets of the servers.
func (r *Reconciler) copies() *serversecret.Copies {
	return &serversecret.Copies{
		Client: r.Client, Live: r.Live, Part: oauthv1alpha1.PartOfPasswords, Name: oauthv1alpha1.PasswordSecretName, What: "passwords",
	}
}

// terminating reports whether a namespace is going: its objects go in any order,
// which is nothing to report of them. One that the cache does not know yet is new.
func (r *Reconciler) terminating(ctx context.Context, name string) (bool, error) {
	namespace, err := reconcile.Namespace(ctx, r.Client, name)
	if err != nil || namespace.DeletionTimestamp == nil {
		return false, err
	}
	r.known.Delete(name)
	_, err = r.secrets.Follow(ctx, name, nil)
	return true, err
}

// gather reads the users and the servers that are not being deleted.
func (r *Reconciler) gather(ctx context.Context, namespace string) (*pass, error) {
	servers, err := serversecret.Servers(ctx, r.Client, namespace)
	if err != nil {
		return nil, err
	}
	p := &pass{namespace: namespace, servers: servers}
	users := &oauthv1alpha1.OAuthUserList{}
	if err := r.Client.List(ctx, users, client.InNamespace(namespace)); err != nil {
		return nil, fmt.Errorf("list users: %w", err)
	}
	for i := range users.Items {
		if users.Items[i].DeletionTimestamp == nil {
			p.users = append(p.users, &user{object: &users.Items[i], stored: users.Items[i].DeepCopy()})
		}
	}
	sortByAge(p.users)
	return p, nil
}
