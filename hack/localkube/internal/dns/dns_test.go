package dns

import (
	"net/netip"
	"slices"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	corev1listers "k8s.io/client-go/listers/core/v1"
	discoveryv1listers "k8s.io/client-go/listers/discovery/v1"
	"k8s.io/client-go/tools/cache"
)

func known(t *testing.T) names {
	t.Helper()
	no := false
	services := cache.NewIndexer(cache.MetaNamespaceKeyFunc, cache.Indexers{cache.NamespaceIndex: cache.MetaNamespaceIndexFunc})
	slices := cache.NewIndexer(cache.MetaNamespaceKeyFunc, cache.Indexers{cache.NamespaceIndex: cache.MetaNamespaceIndexFunc})
	for _, err := range []error{
		services.Add(&corev1.Service{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "api"}, Spec: corev1.ServiceSpec{ClusterIP: "10.96.0.7"}}),
		services.Add(&corev1.Service{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "peers"}, Spec: corev1.ServiceSpec{ClusterIP: corev1.ClusterIPNone}}),
		slices.Add(&discoveryv1.EndpointSlice{
			ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "peers-1", Labels: map[string]string{discoveryv1.LabelServiceName: "peers"}},
			Endpoints: []discoveryv1.Endpoint{
				{Addresses: []string{"10.98.0.2"}},
				{Addresses: []string{"10.98.0.3"}, Conditions: discoveryv1.EndpointConditions{Ready: &no}},
			},
		}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return names{services: corev1listers.NewServiceLister(services), slices: discoveryv1listers.NewEndpointSliceLister(slices)}
}

func TestAnswer(t *testing.T) {
	for name, test := range map[string]struct {
		ask   string
		kind  dnsmessage.Type
		code  dnsmessage.RCode
		found []string
	}{
		"a Service":                     {ask: "api.shop.svc.cluster.local.", kind: dnsmessage.TypeA, found: []string{"10.96.0.7"}},
		"a Service, written large":      {ask: "API.shop.svc.Cluster.Local.", kind: dnsmessage.TypeA, found: []string{"10.96.0.7"}},
		"a Service's address of IPv6":   {ask: "api.shop.svc.cluster.local.", kind: dnsmessage.TypeAAAA},
		"ready Endpoints of a headless": {ask: "peers.shop.svc.cluster.local.", kind: dnsmessage.TypeA, found: []string{"10.98.0.2"}},
		"a Service that is not there":   {ask: "none.shop.svc.cluster.local.", kind: dnsmessage.TypeA, code: dnsmessage.RCodeNameError},
		"a name of the search path":     {ask: "api.shop.svc.cluster.local.svc.cluster.local.", kind: dnsmessage.TypeA, code: dnsmessage.RCodeNameError},
		"a name elsewhere":              {ask: "example.com.", kind: dnsmessage.TypeA, code: dnsmessage.RCodeNameError},
	} {
		t.Run(name, func(t *testing.T) {
			query := dnsmessage.Message{
				Header:    dnsmessage.Header{ID: 7, RecursionDesired: true},
				Questions: []dnsmessage.Question{{Name: dnsmessage.MustNewName(test.ask), Type: test.kind, Class: dnsmessage.ClassINET}},
			}
			packed, err := query.Pack()
			if err != nil {
				t.Fatal(err)
			}
			reply, err := known(t).answer(packed)
			if err != nil {
				t.Fatal(err)
			}
			var message dnsmessage.Message
			if err := message.Unpack(reply); err != nil {
				t.Fatal(err)
			}
			var found []string
			for _, answer := range message.Answers {
				if a, ok := answer.Body.(*dnsmessage.AResource); ok {
					found = append(found, netip.AddrFrom4(a.A).String())
				}
			}
			if message.ID != 7 || !message.Response || message.RCode != test.code || !slices.Equal(found, test.found) {
				t.Errorf("got %v %v, want %v %v", message.RCode, found, test.code, test.found)
			}
		})
	}
}

func TestNoAnswer(t *testing.T) {
	if _, err := known(t).answer([]byte("no query")); err == nil {
		t.Error("garbage was answered")
	}
}
