package facts

import (
	"context"

	corev1 "k8s.io/api/core/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/clientindex"
	"github.com/grantor-dev/grantor/internal/clientspec"
	"github.com/grantor-dev/grantor/internal/kubectloauth/cluster"
)

// All reads what decides about all OAuthClients of the cluster, of which each gets its Facts, and
// the OAuthServers.
// The caller must be allowed to list them, OAuthServers, OAuthClientPolicies and namespaces.
func All(ctx context.Context, c *cluster.Cluster) ([]Facts, []*oauthv1alpha1.OAuthServer, error) {
	w := &world{labels: map[string]map[string]string{}, claimants: map[string][]clientspec.Candidate{}}
	for _, step := range []func(context.Context, *cluster.Cluster) error{w.readServers, w.readPolicies, w.readNamespaces, w.readClients} {
		if err := step(ctx, c); err != nil {
			return nil, nil, err
		}
	}
	out := make([]Facts, len(w.clients))
	for i, candidate := range w.clients {
		out[i] = Facts{Candidate: candidate, Inputs: w.inputs}
		out[i].Inputs.Claimants = clientspec.KnownClaimants(w.claimants[candidate.Client.ClientID()]...)
	}
	return out, w.inputs.Servers, nil
}

// world is everything that decides.
type world struct {
	inputs    clientspec.Inputs
	labels    map[string]map[string]string
	clients   []clientspec.Candidate
	claimants map[string][]clientspec.Candidate
}

func (w *world) readServers(ctx context.Context, c *cluster.Cluster) error {
	list := &oauthv1alpha1.OAuthServerList{}
	err := c.List(ctx, list)
	for i := range list.Items {
		w.inputs.Servers = append(w.inputs.Servers, &list.Items[i])
	}
	return wrap("list OAuthServers", err)
}

func (w *world) readPolicies(ctx context.Context, c *cluster.Cluster) error {
	list := &oauthv1alpha1.OAuthClientPolicyList{}
	err := c.List(ctx, list)
	for i := range list.Items {
		w.inputs.Policies = append(w.inputs.Policies, &list.Items[i])
	}
	return wrap("list OAuthClientPolicies", err)
}

func (w *world) readNamespaces(ctx context.Context, c *cluster.Cluster) error {
	list := &corev1.NamespaceList{}
	err := c.List(ctx, list)
	for i := range list.Items {
		w.labels[list.Items[i].Name] = list.Items[i].Labels
	}
	return wrap("list namespaces", err)
}

func (w *world) readClients(ctx context.Context, c *cluster.Cluster) error {
	w.inputs.Namespaces = &clientindex.NamespaceIndex{}
	fresh := func() *oauthv1alpha1.OAuthClientList { return &oauthv1alpha1.OAuthClientList{} }
	err := cluster.Pages(ctx, c, "", fresh, func(page *oauthv1alpha1.OAuthClientList) {
		for i := range page.Items {
			object := &page.Items[i]
			candidate := clientspec.Candidate{
				Client: object, NamespaceLabels: w.labels[object.Namespace],
				Redirects: clientspec.Redirects{URIs: object.Status.RedirectURIs, PostLogoutURIs: object.Status.PostLogoutRedirectURIs},
			}
			w.inputs.Namespaces.Change(nil, object)
			w.clients = append(w.clients, candidate)
			w.claimants[object.ClientID()] = append(w.claimants[object.ClientID()], candidate)
		}
	})
	return wrap("list OAuthClients", err)
}
