package facts

import (
	"context"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/clientspec"
	"github.com/grantor-dev/grantor/internal/kubectloauth/cluster"
)

// Facts are what decides about a client, as far as the caller may read it.
type Facts struct {
	Candidate clientspec.Candidate
	Inputs    clientspec.Inputs
	// Unknown says, in sentences, what the caller may not read.
	Unknown []string
}

// Explain applies the rules of the operator and the server.
func (f Facts) Explain() clientspec.Explanation { return clientspec.Explain(f.Candidate, f.Inputs) }

// gatherer reads what decides about a client.
type gatherer struct {
	*cluster.Cluster
	object *oauthv1alpha1.OAuthClient
	Facts
	labels map[string]map[string]string
}

// Gather reads what decides about a client.
func Gather(ctx context.Context, c *cluster.Cluster, object *oauthv1alpha1.OAuthClient) (Facts, error) {
	g := &gatherer{Cluster: c, object: object, labels: map[string]map[string]string{}}
	for _, step := range []func(context.Context) error{g.servers, g.policies, g.client, g.others} {
		if err := step(ctx); err != nil {
			return Facts{}, err
		}
	}
	return g.Facts, nil
}

// servers reads all OAuthServers or, where the caller may not, the one that the client
// names or is bound to.
func (g *gatherer) servers(ctx context.Context) error {
	list := &oauthv1alpha1.OAuthServerList{}
	err := g.List(ctx, list)
	for i := range list.Items {
		g.Inputs.Servers = append(g.Inputs.Servers, &list.Items[i])
	}
	if !apierrors.IsForbidden(err) {
		return wrap("list OAuthServers", err)
	}
	ref := g.object.Spec.ServerRef
	if ref == nil {
		ref = g.object.Status.ServerRef
	}
	if ref == nil {
		return fmt.Errorf("which OAuthServer is the default one cannot be read, and the client names none: %w", err)
	}
	key := client.ObjectKey{Namespace: ref.Namespace, Name: ref.Name}
	if key.Namespace == "" {
		key.Namespace = g.object.Namespace
	}
	server := &oauthv1alpha1.OAuthServer{}
	if err := g.Get(ctx, key, server); err != nil {
		return fmt.Errorf("the rules of the OAuthServer cannot be read; the condition Accepted in kubectl oauth status has the operator's decision: %w", err)
	}
	g.Inputs.Servers = append(g.Inputs.Servers, server)
	return nil
}

// policies reads the OAuthClientPolicies of the namespaces of the servers.
func (g *gatherer) policies(ctx context.Context) error {
	read := map[string]bool{}
	for _, server := range g.Inputs.Servers {
		if read[server.Namespace] {
			continue
		}
		read[server.Namespace] = true
		list := &oauthv1alpha1.OAuthClientPolicyList{}
		err := g.List(ctx, list, client.InNamespace(server.Namespace))
		if apierrors.IsForbidden(err) {
			g.Unknown = append(g.Unknown, fmt.Sprintf("You may not list OAuthClientPolicies of namespace %q. They can allow more or less than what is said here.", server.Namespace))
			continue
		}
		if err != nil {
			return wrap("list OAuthClientPolicies", err)
		}
		for i := range list.Items {
			g.Inputs.Policies = append(g.Inputs.Policies, &list.Items[i])
		}
	}
	return nil
}

func (g *gatherer) client(ctx context.Context) error {
	labels, err := g.namespace(ctx, g.object.Namespace)
	g.Candidate = clientspec.Candidate{
		Client: g.object, NamespaceLabels: labels,
		// The operator wrote them; only the server can verify their seal.
		Redirects: clientspec.Redirects{URIs: g.object.Status.RedirectURIs, PostLogoutURIs: g.object.Status.PostLogoutRedirectURIs},
	}
	return err
}

func wrap(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}
