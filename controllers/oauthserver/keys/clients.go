package keys

import (
	"context"
	"fmt"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/oauthserver/keys/rotation"
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

// ServerOf maps a client to its server if the client has things live longer than
// the server's status says.
func (r *Reconciler) ServerOf(ctx context.Context, object client.Object) []ctrl.Request {
	c, ok := object.(*oauthv1alpha1.OAuthClient)
	if !ok || c.Status.ServerRef == nil {
		return nil
	}
	own := rotation.Longest{}.With(c.Spec.Tokens)
	if own == (rotation.Longest{}) {
		return nil
	}
	name := client.ObjectKey{Namespace: c.Status.ServerRef.Namespace, Name: c.Status.ServerRef.Name}
	server := &oauthv1alpha1.OAuthServer{}
	if r.Client.Get(ctx, name, server) != nil {
		return nil
	}
	for _, key := range server.Status.Keys {
		grows := key.RetireAt == nil || key.Use == oauthv1alpha1.KeyUseRoot
		if grows && key.LongestLifetime != nil && own.Of(key.Use) > key.LongestLifetime.Duration {
			return []ctrl.Request{{NamespacedName: name}}
		}
	}
	return nil
}
