package oauthidentityprovider

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
	"github.com/grantor-dev/grantor/internal/providerspec"
	"github.com/grantor-dev/grantor/internal/tracing"
)

// +kubebuilder:rbac:groups=oauth.grantor.dev,resources=oauthidentityproviders;oauthservers,verbs=get;list;watch
// +kubebuilder:rbac:groups=oauth.grantor.dev,resources=oauthidentityproviders/status,verbs=patch
// +kubebuilder:rbac:groups="",resources=secrets,verbs=get;list;watch;create;update;delete
// +kubebuilder:rbac:groups="",resources=namespaces,verbs=get;list;watch
// +kubebuilder:rbac:groups=events.k8s.io,resources=events,verbs=create;patch

// recheck is how often the operator looks again at objects whose changes it does not see: a
// Secret that is not its own.
const recheck = time.Minute

// Reconciler reconciles the OAuthIdentityProviders of namespaces.
type Reconciler struct {
	// Client reads from the cache and writes.
	Client client.Client
	// Live reads from the API server: the contents of Secrets that no cache holds, and objects
	// that are absent from a cache.
	Live client.Reader
	// Events records transitions.
	Events events.EventRecorder
	// Now is the clock.
	Now func() time.Time
	// Trace makes a span of each reconcile; nil makes none.
	Trace *tracing.Tracer

	// secrets report that a Secret that a provider names has changed.
	secrets *secretwatch.Watches
	// known holds, by namespace, what was read from those Secrets.
	known sync.Map
	// probes read the metadata of OpenID providers.
	probes *probes
}

// pass is one reconcile of one namespace.
type pass struct {
	namespace string
	servers   map[string]*oauthv1alpha1.OAuthServer
	providers []*provider
	requeue   reconcile.Requeue
}

// Reconcile brings the providers of one namespace to what their specs say. The Secrets of the
// servers are written before the statuses that speak of them.
func (r *Reconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	namespace, err := reconcile.Namespace(ctx, r.Client, req.Namespace)
	if err != nil {
		return ctrl.Result{}, err
	}
	if namespace.DeletionTimestamp != nil {
		// Its objects go in any order, which is nothing to report of them.
		r.known.Delete(req.Namespace)
		_, err := r.secrets.Follow(ctx, req.Namespace, nil)
		return ctrl.Result{}, err
	}
	p, err := r.gather(ctx, req.Namespace)
	if err != nil {
		return ctrl.Result{}, err
	}
	if err := r.readSecrets(ctx, p); err != nil {
		return reconcile.Result(err)
	}
	copies := r.copies()
	for _, server := range p.servers {
		refused, err := copies.Write(ctx, server, entries(p.providers, server.Name))
		if err != nil {
			return reconcile.Result(err)
		}
		if refused != nil {
			blame(p.providers, server.Name, problem{refused.Reason, refused.Message})
			p.requeue.In(recheck)
		}
	}
	r.probe(p)
	if err := r.patchStatuses(ctx, p); err != nil {
		return reconcile.Result(err)
	}
	return p.requeue.Result(), nil
}

// copies are the Secrets of the servers.
func (r *Reconciler) copies() *serversecret.Copies {
	return &serversecret.Copies{
		Client: r.Client, Live: r.Live, Part: oauthv1alpha1.PartOfProviders, Name: oauthv1alpha1.ProviderSecretName, What: "secrets of providers",
	}
}

// gather reads the providers and the servers that are not being deleted, and decides which
// providers are accepted.
func (r *Reconciler) gather(ctx context.Context, namespace string) (*pass, error) {
	servers, err := serversecret.Servers(ctx, r.Client, namespace)
	if err != nil {
		return nil, err
	}
	p := &pass{namespace: namespace, servers: map[string]*oauthv1alpha1.OAuthServer{}}
	for i := range servers {
		p.servers[servers[i].Name] = &servers[i]
	}
	list := &oauthv1alpha1.OAuthIdentityProviderList{}
	if err := r.Client.List(ctx, list, client.InNamespace(namespace)); err != nil {
		return nil, fmt.Errorf("list providers: %w", err)
	}
	var all []*oauthv1alpha1.OAuthIdentityProvider
	for i := range list.Items {
		if one := &list.Items[i]; one.DeletionTimestamp == nil {
			all = append(all, one)
		}
	}
	for _, one := range all {
		server := p.servers[one.Spec.ServerName]
		p.providers = append(p.providers, &provider{
			object: one, stored: one.DeepCopy(), server: server, refusal: providerspec.Refuse(one, server, all),
		})
	}
	return p, nil
}
