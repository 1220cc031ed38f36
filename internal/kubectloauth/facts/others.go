package facts

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/clientindex"
	"github.com/grantor-dev/grantor/internal/clientspec"
)

// others reads the clients that have the same client ID, or count towards a limit.
func (g *gatherer) others(ctx context.Context) error {
	list := &oauthv1alpha1.OAuthClientList{}
	err := g.List(ctx, list)
	if apierrors.IsForbidden(err) {
		g.Unknown = append(g.Unknown, fmt.Sprintf("You may not list OAuthClients of all namespaces. An older one in a namespace other than %q may have the client ID.", g.object.Namespace))
		err = g.List(ctx, list, client.InNamespace(g.object.Namespace))
	}
	if err != nil {
		return wrap("list OAuthClients", err)
	}
	g.Inputs.Namespaces = &clientindex.NamespaceIndex{}
	g.Inputs.Namespaces.Change(nil, g.object)
	var claimants []clientspec.Candidate
	for i := range list.Items {
		other := &list.Items[i]
		if other.UID == g.object.UID {
			continue
		}
		g.Inputs.Namespaces.Change(nil, other)
		if other.ClientID() != g.object.ClientID() {
			continue
		}
		labels, err := g.namespace(ctx, other.Namespace)
		if err != nil {
			return err
		}
		claimants = append(claimants, clientspec.Candidate{Client: other, NamespaceLabels: labels})
	}
	g.Inputs.Claimants = clientspec.KnownClaimants(claimants...)
	return nil
}

// namespace returns the labels of a namespace, by which policies select clients.
func (g *gatherer) namespace(ctx context.Context, name string) (map[string]string, error) {
	if labels, ok := g.labels[name]; ok {
		return labels, nil
	}
	object := &corev1.Namespace{}
	err := g.Get(ctx, client.ObjectKey{Name: name}, object)
	switch {
	case apierrors.IsForbidden(err):
		g.Unknown = append(g.Unknown, fmt.Sprintf("You may not read namespace %q. Policies and servers that select it by a label other than its name are taken as if they did not.", name))
		object.Labels = map[string]string{corev1.LabelMetadataName: name}
	case apierrors.IsNotFound(err):
		g.Unknown = append(g.Unknown, fmt.Sprintf("Namespace %q does not exist yet. It is taken as one without labels of its own.", name))
		object.Labels = map[string]string{corev1.LabelMetadataName: name}
	case err != nil:
		return nil, wrap("read the namespace", err)
	}
	g.labels[name] = object.Labels
	return object.Labels, nil
}
