package replicas

import (
	"slices"
	"testing"

	discoveryv1 "k8s.io/api/discovery/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

func TestReplicasThatAreAsked(t *testing.T) {
	endpoint := func(ready *bool, addresses ...string) discoveryv1.Endpoint {
		return discoveryv1.Endpoint{Addresses: addresses, Conditions: discoveryv1.EndpointConditions{Ready: ready}}
	}
	tests := map[string]struct {
		ports     []discoveryv1.EndpointPort
		endpoints []discoveryv1.Endpoint
		want      []string
	}{
		"those that are ready": {
			[]discoveryv1.EndpointPort{{Name: new("http"), Port: new(int32(8080))}, {Name: new(oauthv1alpha1.InternalPortName), Port: new(int32(8081))}},
			[]discoveryv1.Endpoint{endpoint(new(true), "10.0.0.1"), endpoint(new(false), "10.0.0.2"), endpoint(nil, "10.0.0.3")},
			[]string{"10.0.0.1:8081", "10.0.0.3:8081"}},
		"an IPv6 address": {
			[]discoveryv1.EndpointPort{{Name: new(oauthv1alpha1.InternalPortName), Port: new(int32(1))}},
			[]discoveryv1.Endpoint{endpoint(nil, "fd00::1")}, []string{"[fd00::1]:1"}},
		"a Service without the internal port": {
			[]discoveryv1.EndpointPort{{Name: new("http"), Port: new(int32(8080))}, {Port: new(int32(2))}},
			[]discoveryv1.Endpoint{endpoint(nil, "10.0.0.1")}, nil},
		"a port without a number": {
			[]discoveryv1.EndpointPort{{Name: new(oauthv1alpha1.InternalPortName)}},
			[]discoveryv1.Endpoint{endpoint(nil, "10.0.0.1")}, nil},
		"an endpoint without an address": {
			[]discoveryv1.EndpointPort{{Name: new(oauthv1alpha1.InternalPortName), Port: new(int32(1))}},
			[]discoveryv1.Endpoint{endpoint(nil)}, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := readyIn(&discoveryv1.EndpointSlice{Ports: test.ports, Endpoints: test.endpoints})
			if !slices.Equal(got, test.want) {
				t.Errorf("got %v, wanted %v", got, test.want)
			}
		})
	}
}
