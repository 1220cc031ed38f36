package replicas

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strconv"

	discoveryv1 "k8s.io/api/discovery/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// +kubebuilder:rbac:groups=discovery.k8s.io,resources=endpointslices,verbs=get;list;watch

// addresses returns host:port of the internal port of each ready replica.
func addresses(ctx context.Context, reader client.Reader, server *oauthv1alpha1.OAuthServer) ([]string, error) {
	list := &discoveryv1.EndpointSliceList{}
	err := reader.List(ctx, list, client.InNamespace(server.Namespace), client.MatchingLabels{
		discoveryv1.LabelServiceName: oauthv1alpha1.ServiceName(server.Name),
	})
	if err != nil {
		return nil, fmt.Errorf("list replicas: %w", err)
	}
	var out []string
	for i := range list.Items {
		out = append(out, readyIn(&list.Items[i])...)
	}
	// An endpoint may be in two slices while it moves from one to the other.
	slices.Sort(out)
	return slices.Compact(out), nil
}

func readyIn(slice *discoveryv1.EndpointSlice) []string {
	at := slices.IndexFunc(slice.Ports, func(p discoveryv1.EndpointPort) bool {
		return p.Name != nil && *p.Name == oauthv1alpha1.InternalPortName && p.Port != nil
	})
	if at < 0 {
		return nil
	}
	port := strconv.Itoa(int(*slice.Ports[at].Port))
	var out []string
	for _, endpoint := range slice.Endpoints {
		// Unset means ready, says the API.
		if ready := endpoint.Conditions.Ready; len(endpoint.Addresses) > 0 && (ready == nil || *ready) {
			out = append(out, net.JoinHostPort(endpoint.Addresses[0], port))
		}
	}
	return out
}
