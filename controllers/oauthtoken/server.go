package oauthtoken

import (
	"cmp"
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/reconcile"
	"github.com/grantor-dev/grantor/internal/clientspec"
)

func isAccepted(c *oauthv1alpha1.OAuthClient) bool {
	return meta.IsStatusConditionTrue(c.Status.Conditions, oauthv1alpha1.ConditionAccepted)
}

// serverOf returns the OAuthServer at which people authorize.
func (r *Reconciler) serverOf(ctx context.Context, p *pass) (*oauthv1alpha1.OAuthServer, *problem, error) {
	list := &oauthv1alpha1.OAuthServerList{}
	if err := r.Client.List(ctx, list); err != nil {
		return nil, nil, fmt.Errorf("list servers: %w", err)
	}
	ref, err := r.namedServer(ctx, p)
	if err != nil {
		return nil, nil, err
	}
	server := find(list.Items, ref, p.Namespace)
	switch {
	case server == nil && ref == nil:
		return nil, &problem{oauthv1alpha1.ReasonNoDefaultServer,
			"No OAuthServer is marked as default. Mark one with spec.default: true, or name one in spec.serverRef.", true}, nil
	case server == nil:
		return nil, &problem{oauthv1alpha1.ReasonServerNotFound, fmt.Sprintf(
			"The OAuthServer %q does not exist in namespace %q.", ref.Name, cmp.Or(ref.Namespace, p.Namespace)), true}, nil
	}
	allowed, err := r.allows(ctx, server, p.Namespace)
	if err != nil {
		return nil, nil, err
	}
	if !allowed {
		return nil, &problem{oauthv1alpha1.ReasonNamespaceNotAllowed, fmt.Sprintf(
			"OAuthServer %s/%s does not accept clients from namespace %q, so its users authorize nothing for it. Ask its administrator to allow the namespace in spec.clientNamespaces.",
			server.Namespace, server.Name, p.Namespace), true}, nil
	}
	return server, nil, nil
}

// namedServer returns the reference to the OAuthServer; nil for the default one.
func (r *Reconciler) namedServer(ctx context.Context, p *pass) (*oauthv1alpha1.ServerReference, error) {
	if p.Spec.ServerRef != nil || p.Spec.ClientRef == nil {
		return p.Spec.ServerRef, nil
	}
	c := &oauthv1alpha1.OAuthClient{}
	if err := r.Client.Get(ctx, client.ObjectKey{Namespace: p.Namespace, Name: p.Spec.ClientRef.Name}, c); err != nil {
		return nil, fmt.Errorf("get client: %w", err)
	}
	return c.Status.ServerRef, nil
}

func find(servers []oauthv1alpha1.OAuthServer, ref *oauthv1alpha1.ServerReference, namespace string) *oauthv1alpha1.OAuthServer {
	var all []*oauthv1alpha1.OAuthServer
	for i := range servers {
		server := &servers[i]
		if ref != nil && server.Name == ref.Name && server.Namespace == cmp.Or(ref.Namespace, namespace) {
			return server
		}
		all = append(all, server)
	}
	if ref != nil {
		return nil
	}
	return clientspec.DefaultServer(all)
}

// allows reports whether a server takes clients from a namespace.
func (r *Reconciler) allows(ctx context.Context, server *oauthv1alpha1.OAuthServer, name string) (bool, error) {
	switch from := server.Spec.ClientNamespaces; from.From {
	case oauthv1alpha1.NamespacesFromAll:
		return true, nil
	case oauthv1alpha1.NamespacesFromSelector:
		namespace, err := reconcile.Namespace(ctx, r.Client, name)
		if err != nil {
			return false, err
		}
		selector, err := metav1.LabelSelectorAsSelector(from.Selector)
		return err == nil && namespace.UID != "" && selector.Matches(labels.Set(namespace.Labels)), nil
	default:
		return name == server.Namespace, nil
	}
}
