package oauthclientpolicy

import (
	"context"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/events"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/reconcile"
	"github.com/grantor-dev/grantor/internal/clientindex"
	"github.com/grantor-dev/grantor/internal/clientspec"
	"github.com/grantor-dev/grantor/internal/tracing"
)

// +kubebuilder:rbac:groups=oauth.grantor.dev,resources=oauthclientpolicies;oauthclients;oauthservers,verbs=get;list;watch
// +kubebuilder:rbac:groups=oauth.grantor.dev,resources=oauthclientpolicies/status,verbs=patch
// +kubebuilder:rbac:groups="",resources=namespaces,verbs=get;list;watch
// +kubebuilder:rbac:groups=events.k8s.io,resources=events,verbs=create;patch

// Reconciler reconciles the OAuthClientPolicies of namespaces.
type Reconciler struct {
	// Client reads from the cache and writes.
	Client client.Client
	// Events records transitions.
	Events events.EventRecorder
	// Metrics count what policies refuse.
	Metrics *Metrics
	// Trace makes a span of each reconcile; nil makes none.
	Trace *tracing.Tracer
}

// pass is one reconcile of one namespace.
type pass struct {
	namespace string
	inputs    clientspec.Inputs
	clients   []clientspec.Candidate
	// policies are those of the namespace.
	policies []*oauthv1alpha1.OAuthClientPolicy
}

// Reconcile brings the statuses of the policies of one namespace up to date.
func (r *Reconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	p, err := r.gather(ctx, req.Namespace)
	if err != nil {
		return ctrl.Result{}, err
	}
	if len(p.policies) == 0 {
		r.Metrics.forget(req.Namespace)
		return ctrl.Result{}, nil
	}
	counted := count(p)
	r.Metrics.refuse(req.Namespace, counted.reasons)
	for _, policy := range p.policies {
		if err := r.report(ctx, p, policy, counted.policies[policy.Name]); err != nil {
			return reconcile.Result(err)
		}
	}
	return ctrl.Result{}, nil
}

// gather reads what the policies of a namespace are about; nothing where there are
// none, or where the namespace is going away. What it returns comes from the cache and
// must not be changed.
func (r *Reconciler) gather(ctx context.Context, namespace string) (*pass, error) {
	p := &pass{namespace: namespace}
	namespaces := &metav1.PartialObjectMetadataList{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "NamespaceList"}}
	policies, servers, clients := &oauthv1alpha1.OAuthClientPolicyList{}, &oauthv1alpha1.OAuthServerList{}, &oauthv1alpha1.OAuthClientList{}
	for _, list := range []client.ObjectList{policies, namespaces, servers, clients} {
		if err := r.Client.List(ctx, list, client.UnsafeDisableDeepCopy); err != nil {
			return nil, fmt.Errorf("list: %w", err)
		}
	}
	known := map[string]*metav1.PartialObjectMetadata{}
	for i := range namespaces.Items {
		known[namespaces.Items[i].Name] = &namespaces.Items[i]
	}
	if own := known[namespace]; own != nil && own.DeletionTimestamp != nil {
		return p, nil
	}
	for i := range policies.Items {
		policy := &policies.Items[i]
		p.inputs.Policies = append(p.inputs.Policies, policy)
		if policy.Namespace == namespace && policy.DeletionTimestamp == nil {
			p.policies = append(p.policies, policy)
		}
	}
	for i := range servers.Items {
		p.inputs.Servers = append(p.inputs.Servers, &servers.Items[i])
	}
	p.inputs.Namespaces = &clientindex.NamespaceIndex{}
	for i := range clients.Items {
		c := &clients.Items[i]
		p.inputs.Namespaces.Change(nil, c)
		candidate := clientspec.Candidate{Client: c, NamespaceUnknown: known[c.Namespace] == nil}
		if !candidate.NamespaceUnknown {
			candidate.NamespaceLabels = known[c.Namespace].Labels
		}
		p.clients = append(p.clients, candidate)
	}
	return p, nil
}
