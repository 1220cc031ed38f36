package oauthclient

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/predicate"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/clientpolicy"
	"github.com/grantor-dev/grantor/internal/clientspec"
)

// +kubebuilder:rbac:groups=oauth.grantor.dev,resources=oauthclientpolicies,verbs=get;list;watch

// world gathers what decides about every client. Nothing of it may be changed: it
// comes from the cache as it is.
func (r *Reconciler) world(ctx context.Context) (clientspec.Inputs, error) {
	servers := &oauthv1alpha1.OAuthServerList{}
	if err := r.Client.List(ctx, servers, client.UnsafeDisableDeepCopy); err != nil {
		return clientspec.Inputs{}, fmt.Errorf("list servers: %w", err)
	}
	policies := &oauthv1alpha1.OAuthClientPolicyList{}
	if err := r.Client.List(ctx, policies, client.UnsafeDisableDeepCopy); err != nil {
		return clientspec.Inputs{}, fmt.Errorf("list policies: %w", err)
	}
	w := clientspec.Inputs{Namespaces: &r.namespaces}
	for i := range servers.Items {
		w.Servers = append(w.Servers, &servers.Items[i])
	}
	for i := range policies.Items {
		w.Policies = append(w.Policies, &policies.Items[i])
	}
	return w, nil
}

// clientsOfPolicy maps a policy to the clients of the servers beside it, and to those
// that no server has yet.
func (r *Reconciler) clientsOfPolicy(ctx context.Context, policy client.Object) []ctrl.Request {
	list := &oauthv1alpha1.OAuthClientList{}
	if r.Client.List(ctx, list, client.UnsafeDisableDeepCopy) != nil {
		return nil
	}
	return requests(list, func(c *oauthv1alpha1.OAuthClient) bool {
		bound := c.Status.ServerRef
		return bound == nil || bound.Namespace == policy.GetNamespace()
	})
}

// policyChanged lets through what matters to clients: another spec, or another policy
// of the same name, which looks like an update where a watch was broken.
func policyChanged() predicate.Predicate {
	return predicate.Funcs{UpdateFunc: func(e event.UpdateEvent) bool {
		return e.ObjectOld.GetGeneration() != e.ObjectNew.GetGeneration() || e.ObjectOld.GetUID() != e.ObjectNew.GetUID()
	}}
}

// countClients counts the clients of each namespace, and reconciles those that come in or
// have to go because another one went or came.
func (r *Reconciler) countClients() handler.EventHandler {
	note := func(ctx context.Context, former, present client.Object, queue workqueue.TypedRateLimitingInterface[ctrl.Request]) {
		was, _ := former.(*oauthv1alpha1.OAuthClient)
		is, _ := present.(*oauthv1alpha1.OAuthClient)
		if !r.namespaces.Change(was, is) {
			return
		}
		changed := is
		if is == nil {
			changed = was
		}
		for _, name := range r.boundary(ctx, changed.Namespace) {
			one := &oauthv1alpha1.OAuthClient{}
			key := types.NamespacedName{Namespace: changed.Namespace, Name: name}
			queue.Add(ctrl.Request{NamespacedName: key})
			if r.Client.Get(ctx, key, one) != nil {
				continue
			}
			for _, rival := range r.rivalsOf(ctx, one) {
				queue.Add(rival)
			}
		}
	}
	return handler.Funcs{
		CreateFunc: func(ctx context.Context, e event.CreateEvent, q workqueue.TypedRateLimitingInterface[ctrl.Request]) {
			note(ctx, nil, e.Object, q)
		},
		UpdateFunc: func(ctx context.Context, e event.UpdateEvent, q workqueue.TypedRateLimitingInterface[ctrl.Request]) {
			note(ctx, e.ObjectOld, e.ObjectNew, q)
		},
		DeleteFunc: func(ctx context.Context, e event.DeleteEvent, q workqueue.TypedRateLimitingInterface[ctrl.Request]) {
			note(ctx, e.Object, nil, q)
		},
	}
}

// boundary returns the names of the clients of a namespace about which another client
// that came or went decides.
func (r *Reconciler) boundary(ctx context.Context, namespace string) []string {
	w, err := r.world(ctx)
	if err != nil {
		return nil
	}
	standard := clientspec.DefaultServer(w.Servers)
	var names []string
	for _, policy := range w.Policies {
		most := policy.Spec.Maximum.ClientsPerNamespace
		for _, server := range w.Servers {
			if most != nil && clientpolicy.Concerns(policy, server) {
				names = append(names, r.namespaces.Boundary(namespace, server, standard, int(*most))...)
			}
		}
	}
	return names
}
