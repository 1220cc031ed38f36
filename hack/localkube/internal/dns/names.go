package dns

import (
	"net/netip"
	"strings"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	"k8s.io/apimachinery/pkg/labels"
	corev1listers "k8s.io/client-go/listers/core/v1"
	discoveryv1listers "k8s.io/client-go/listers/discovery/v1"
)

// Domain is where the names of Services are.
const Domain = "cluster.local"

// names knows the addresses of names, from local copies.
type names struct {
	services corev1listers.ServiceLister
	slices   discoveryv1listers.EndpointSliceLister
}

// lookup returns the addresses of name.namespace.svc.cluster.local, and whether
// there is such a name.
func (n names) lookup(name string) ([]netip.Addr, bool) {
	inside, ours := strings.CutSuffix(strings.ToLower(name), ".svc."+Domain+".")
	service, namespace, two := strings.Cut(inside, ".")
	if !ours || !two || strings.Contains(namespace, ".") {
		return nil, false
	}
	found, err := n.services.Services(namespace).Get(service)
	if err != nil {
		return nil, false
	}
	if found.Spec.ClusterIP != corev1.ClusterIPNone {
		return addresses(found.Spec.ClusterIP), true
	}
	return n.endpoints(namespace, service), true
}

func (n names) endpoints(namespace, service string) []netip.Addr {
	slices, err := n.slices.EndpointSlices(namespace).List(
		labels.SelectorFromSet(labels.Set{discoveryv1.LabelServiceName: service}))
	if err != nil {
		return nil
	}
	var all []netip.Addr
	for _, slice := range slices {
		for _, endpoint := range slice.Endpoints {
			if endpoint.Conditions.Ready == nil || *endpoint.Conditions.Ready {
				all = append(all, addresses(endpoint.Addresses...)...)
			}
		}
	}
	return all
}

// addresses are those of IPv4; an ExternalName has none.
func addresses(texts ...string) []netip.Addr {
	var all []netip.Addr
	for _, text := range texts {
		if address, err := netip.ParseAddr(text); err == nil && address.Is4() {
			all = append(all, address)
		}
	}
	return all
}
