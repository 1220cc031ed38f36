package oauthserver

import (
	"context"
	"fmt"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/clientspec"
	"github.com/grantor-dev/grantor/internal/conditions"
	"github.com/grantor-dev/grantor/internal/serverspec"
)

// reconcileDefault owns the condition Default.
func (r *Reconciler) reconcileDefault(ctx context.Context, server *oauthv1alpha1.OAuthServer, set conditions.Set) error {
	if !server.Spec.Default {
		set.Remove(oauthv1alpha1.ConditionDefault)
		return nil
	}
	servers, err := r.servers(ctx)
	if err != nil {
		return err
	}
	winner := clientspec.DefaultServer(servers)
	if winner == nil || winner.UID == server.UID {
		set.True(oauthv1alpha1.ConditionDefault, oauthv1alpha1.ReasonDefaultServer, "Clients without serverRef get this server.")
		return nil
	}
	set.False(oauthv1alpha1.ConditionDefault, oauthv1alpha1.ReasonDefaultConflict, fmt.Sprintf(
		"The older OAuthServer %s/%s is marked as default, too, and is the one that clients without serverRef get. Set spec.default to false on one of them.",
		winner.Namespace, winner.Name))
	return nil
}

// setAddressesKnown owns the condition AddressesKnown.
func setAddressesKnown(server *oauthv1alpha1.OAuthServer, set conditions.Set) {
	settings := serverspec.Of(server)
	switch {
	case !settings.Exposed:
		set.Remove(oauthv1alpha1.ConditionAddressesKnown)
	case settings.SharedAddress(settings.TrustedProxies):
		set.False(oauthv1alpha1.ConditionAddressesKnown, oauthv1alpha1.ReasonNoTrustedProxy,
			"All users have the address of the proxy that spec.exposure leads through, so wrong passwords are not limited by address. "+
				"Name the addresses of the proxy in spec.http.trustedProxies.")
	default:
		set.True(oauthv1alpha1.ConditionAddressesKnown, oauthv1alpha1.ReasonProxiesTrusted,
			"The proxies of spec.http.trustedProxies say where requests come from.")
	}
}

// otherDefaults maps a change of one server to all other servers that are marked
// as default, whose Default condition may depend on it.
func (r *Reconciler) otherDefaults(ctx context.Context, changed client.Object) []ctrl.Request {
	servers, err := r.servers(ctx)
	if err != nil {
		return nil
	}
	var requests []ctrl.Request
	for _, server := range servers {
		if server.Spec.Default && server.UID != changed.GetUID() {
			requests = append(requests, ctrl.Request{NamespacedName: client.ObjectKeyFromObject(server)})
		}
	}
	return requests
}

func (r *Reconciler) servers(ctx context.Context) ([]*oauthv1alpha1.OAuthServer, error) {
	list := &oauthv1alpha1.OAuthServerList{}
	if err := r.Client.List(ctx, list); err != nil {
		return nil, fmt.Errorf("list servers: %w", err)
	}
	servers := make([]*oauthv1alpha1.OAuthServer, len(list.Items))
	for i := range list.Items {
		servers[i] = &list.Items[i]
	}
	return servers, nil
}
