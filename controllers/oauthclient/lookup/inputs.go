package lookup

import (
	"context"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/index"
	"github.com/grantor-dev/grantor/controllers/reconcile"
	"github.com/grantor-dev/grantor/internal/clientindex"
	"github.com/grantor-dev/grantor/internal/clientspec"
)

// +kubebuilder:rbac:groups=oauth.grantor.dev,resources=oauthclients;oauthservers;oauthclientpolicies,verbs=get;list;watch
// +kubebuilder:rbac:groups="",resources=namespaces,verbs=get;list;watch

// Clients finds OAuthClients.
type Clients struct {
	// Cache reads from the cache. What it returns must not be changed.
	Cache client.Reader
	// byID finds the clients that claim an ID.
	byID *index.Index[*oauthv1alpha1.OAuthClient]
	// namespaces counts the clients of each namespace.
	namespaces clientindex.NamespaceIndex
}

// Inputs gathers what decides about every client. Nothing of it may be changed: it comes
// from the cache as it is.
func (l *Clients) Inputs(ctx context.Context) (clientspec.Inputs, error) {
	servers := &oauthv1alpha1.OAuthServerList{}
	if err := l.Cache.List(ctx, servers, client.UnsafeDisableDeepCopy); err != nil {
		return clientspec.Inputs{}, fmt.Errorf("list servers: %w", err)
	}
	policies := &oauthv1alpha1.OAuthClientPolicyList{}
	if err := l.Cache.List(ctx, policies, client.UnsafeDisableDeepCopy); err != nil {
		return clientspec.Inputs{}, fmt.Errorf("list policies: %w", err)
	}
	in := clientspec.Inputs{Namespaces: &l.namespaces}
	for i := range servers.Items {
		in.Servers = append(in.Servers, &servers.Items[i])
	}
	for i := range policies.Items {
		in.Policies = append(in.Policies, &policies.Items[i])
	}
	return in, nil
}

// Claimants returns all clients that claim a client ID. They are those of the cache and
// must not be changed.
func (l *Clients) Claimants(ctx context.Context, id string) (clientspec.Claimants, error) {
	clients, err := l.byID.Of(id)
	if err != nil {
		return clientspec.Claimants{}, err
	}
	byNamespace := map[string]clientspec.Candidate{}
	for _, c := range clients {
		if _, known := byNamespace[c.Namespace]; known {
			continue
		}
		if byNamespace[c.Namespace], err = l.candidate(ctx, c); err != nil {
			return clientspec.Claimants{}, err
		}
	}
	return clientspec.Claimants{Clients: clients, Candidate: func(c *oauthv1alpha1.OAuthClient) clientspec.Candidate {
		candidate := byNamespace[c.Namespace]
		candidate.Client = c
		return candidate
	}}, nil
}

// candidate returns a client with what is known of its namespace.
func (l *Clients) candidate(ctx context.Context, c *oauthv1alpha1.OAuthClient) (clientspec.Candidate, error) {
	namespace, err := reconcile.Namespace(ctx, l.Cache, c.Namespace)
	if err != nil {
		return clientspec.Candidate{}, err
	}
	return Candidate(c, namespace), nil
}

// Candidate returns a client with what is known of its namespace.
func Candidate(c *oauthv1alpha1.OAuthClient, namespace *metav1.PartialObjectMetadata) clientspec.Candidate {
	return clientspec.Candidate{Client: c, NamespaceLabels: namespace.Labels, NamespaceUnknown: namespace.UID == ""}
}
