package source

import (
	"cmp"
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/problem"
	"github.com/grantor-dev/grantor/controllers/reconcile"
	"github.com/grantor-dev/grantor/internal/clientspec"
)

func isAccepted(c *oauthv1alpha1.OAuthClient) bool {
	return meta.IsStatusConditionTrue(c.Status.Conditions, oauthv1alpha1.ConditionAccepted)
}

// serverOf returns the OAuthServer at which people authorize.
func (f *Finder) serverOf(ctx context.Context, token *oauthv1alpha1.OAuthToken) (*oauthv1alpha1.OAuthServer, *problem.Problem, error) {
	list := &oauthv1alpha1.OAuthServerList{}
	if err := f.Cached.List(ctx, list); err != nil {
		return nil, nil, fmt.Errorf("list servers: %w", err)
	}
	ref, err := f.namedServer(ctx, token)
	if err != nil {
		return nil, nil, err
	}
	server := pick(list.Items, ref, token.Namespace)
	switch {
	case server == nil && ref == nil:
		return nil, problem.Stalled(oauthv1alpha1.ReasonNoDefaultServer,
			"No OAuthServer is marked as default. Mark one with spec.default: true, or name one in spec.serverRef."), nil
	case server == nil:
		return nil, problem.Stalled(oauthv1alpha1.ReasonServerNotFound, fmt.Sprintf(
			"The OAuthServer %q does not exist in namespace %q.", ref.Name, cmp.Or(ref.Namespace, token.Namespace))), nil
	}
	allowed, err := f.allows(ctx, server, token.Namespace)
	if err != nil {
		return nil, nil, err
	}
	if !allowed {
		return nil, problem.Stalled(oauthv1alpha1.ReasonNamespaceNotAllowed, fmt.Sprintf(
			"OAuthServer %s/%s does not accept clients from namespace %q, so its users authorize nothing for it. Ask its administrator to allow the namespace in spec.clientNamespaces.",
			server.Namespace, server.Name, token.Namespace)), nil
	}
	return server, nil, nil
}

// namedServer returns the reference to the OAuthServer; nil for the default one.
func (f *Finder) namedServer(ctx context.Context, token *oauthv1alpha1.OAuthToken) (*oauthv1alpha1.ServerReference, error) {
	if token.Spec.ServerRef != nil || token.Spec.ClientRef == nil {
		return token.Spec.ServerRef, nil
	}
	c := &oauthv1alpha1.OAuthClient{}
	if err := f.Cached.Get(ctx, client.ObjectKey{Namespace: token.Namespace, Name: token.Spec.ClientRef.Name}, c); err != nil {
		return nil, fmt.Errorf("get client: %w", err)
	}
	return c.Status.ServerRef, nil
}

func pick(servers []oauthv1alpha1.OAuthServer, ref *oauthv1alpha1.ServerReference, namespace string) *oauthv1alpha1.OAuthServer {
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
func (f *Finder) allows(ctx context.Context, server *oauthv1alpha1.OAuthServer, name string) (bool, error) {
	switch from := server.Spec.ClientNamespaces; from.From {
	case oauthv1alpha1.NamespacesFromAll:
		return true, nil
	case oauthv1alpha1.NamespacesFromSelector:
		namespace, err := reconcile.Namespace(ctx, f.Cached, name)
		if err != nil {
			return false, err
		}
		selector, err := metav1.LabelSelectorAsSelector(from.Selector)
		return err == nil && namespace.UID != "" && selector.Matches(labels.Set(namespace.Labels)), nil
	default:
		return name == server.Namespace, nil
	}
}
