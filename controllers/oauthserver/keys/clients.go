package keys

import (
	"context"
	"fmt"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/oauthserver/keys/rotation"
	"github.com/grantor-dev/grantor/controllers/reconcile"
	"github.com/grantor-dev/grantor/internal/clientpolicy"
)

// clientsOf calls visit for each client that the operator has bound to a server.
func (r *Reconciler) clientsOf(ctx context.Context, server *oauthv1alpha1.OAuthServer, visit func(*oauthv1alpha1.OAuthClient)) error {
	list := &oauthv1alpha1.OAuthClientList{}
	if err := r.Client.List(ctx, list, client.UnsafeDisableDeepCopy); err != nil {
		return fmt.Errorf("list clients: %w", err)
	}
	for i := range list.Items {
		if bound := list.Items[i].Status.ServerRef; bound != nil && bound.Namespace == server.Namespace && bound.Name == server.Name {
			visit(&list.Items[i])
		}
	}
	return nil
}

// +kubebuilder:rbac:groups=oauth.grantor.dev,resources=oauthclientpolicies,verbs=get;list;watch
// +kubebuilder:rbac:groups="",resources=namespaces,verbs=get;list;watch

// limits returns what the policies of a server allow the clients of a namespace. Of a
// namespace that is not known, nothing is known to be forbidden.
func (r *Reconciler) limits(ctx context.Context, server *oauthv1alpha1.OAuthServer) (func(namespace string) clientpolicy.Limits, error) {
	list := &oauthv1alpha1.OAuthClientPolicyList{}
	if err := r.Client.List(ctx, list, client.InNamespace(server.Namespace), client.UnsafeDisableDeepCopy); err != nil {
		return nil, fmt.Errorf("list policies: %w", err)
	}
	var policies []*oauthv1alpha1.OAuthClientPolicy
	for i := range list.Items {
		policies = append(policies, &list.Items[i])
	}
	known := map[string]clientpolicy.Limits{}
	return func(name string) clientpolicy.Limits {
		if limits, ok := known[name]; ok || len(policies) == 0 {
			return limits
		}
		namespace, err := reconcile.Namespace(ctx, r.Client, name)
		if err != nil || namespace.UID == "" {
			return clientpolicy.Limits{}
		}
		known[name] = clientpolicy.For(server, namespace.Labels, policies)
		return known[name]
	}, nil
}

// ServerOf maps a client to its server if the client has things live longer than
// the server's status says.
func (r *Reconciler) ServerOf(ctx context.Context, object client.Object) []ctrl.Request {
	c, ok := object.(*oauthv1alpha1.OAuthClient)
	if !ok || c.Status.ServerRef == nil {
		return nil
	}
	if (rotation.Longest{}).With(c.Spec.Tokens, clientpolicy.Limits{}) == (rotation.Longest{}) {
		return nil
	}
	name := client.ObjectKey{Namespace: c.Status.ServerRef.Namespace, Name: c.Status.ServerRef.Name}
	server := &oauthv1alpha1.OAuthServer{}
	if r.Client.Get(ctx, name, server) != nil {
		return nil
	}
	limits, err := r.limits(ctx, server)
	if err != nil {
		return nil
	}
	own := rotation.Longest{}.With(c.Spec.Tokens, limits(c.Namespace))
	for _, key := range server.Status.Keys {
		grows := key.RetireAt == nil || key.Use == oauthv1alpha1.KeyUseRoot
		if grows && key.LongestLifetime != nil && own.Of(key.Use) > key.LongestLifetime.Duration {
			return []ctrl.Request{{NamespacedName: name}}
		}
	}
	return nil
}
