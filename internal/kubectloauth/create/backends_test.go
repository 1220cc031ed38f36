package create

import (
	"testing"

	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

func TestRouted(t *testing.T) {
	for name, test := range map[string]struct {
		spec string
		want bool
	}{
		"to the Service":         {`{hostnames: [a.example], rules: [{}, {backendRefs: [{name: other}, {name: web, port: 80}]}]}`, true},
		"to its kind":            {`{hostnames: [a.example], rules: [{backendRefs: [{kind: Service, name: web, namespace: shop}]}]}`, true},
		"without a host":         {`{rules: [{backendRefs: [{name: web}]}]}`, false},
		"to another kind":        {`{hostnames: [a.example], rules: [{backendRefs: [{kind: Bucket, name: web}]}]}`, false},
		"to another namespace":   {`{hostnames: [a.example], rules: [{backendRefs: [{name: web, namespace: other}]}]}`, false},
		"to nothing":             {`{hostnames: [a.example]}`, false},
		"what is no HTTPRoute":   {`{hostnames: a.example, rules: [1, {backendRefs: web}]}`, false},
		"backends of odd shapes": {`{hostnames: [a.example], rules: [{backendRefs: [1, {name: 2}]}]}`, false},
	} {
		t.Run(name, func(t *testing.T) {
			route := &unstructured.Unstructured{}
			if err := yaml.Unmarshal([]byte("{metadata: {namespace: shop, name: r}, kind: HTTPRoute, apiVersion: a/v1, spec: "+test.spec+"}"), &route.Object); err != nil {
				t.Fatal(err)
			}
			if got := routed(route, map[string]bool{"web": true}); got != test.want {
				t.Errorf("routed: %v", got)
			}
		})
	}
}

func TestLeads(t *testing.T) {
	for name, test := range map[string]struct {
		rules string
		want  bool
	}{
		"to the Service":  {`[{host: a.example, http: {paths: [{path: /x, backend: {service: {name: other}}}, {path: /, backend: {service: {name: web}}}]}}]`, true},
		"of all hosts":    {`[{http: {paths: [{backend: {service: {name: web}}}]}}]`, false},
		"a wildcard host": {`[{host: "*.example", http: {paths: [{backend: {service: {name: web}}}]}}]`, false},
		"to another one":  {`[{host: a.example, http: {paths: [{backend: {service: {name: other}}}]}}]`, false},
		"to a resource":   {`[{host: a.example, http: {paths: [{backend: {resource: {kind: Bucket, name: web}}}]}}, {host: b.example}]`, false},
	} {
		t.Run(name, func(t *testing.T) {
			ingress := &networkingv1.Ingress{}
			if err := yaml.Unmarshal([]byte(test.rules), &ingress.Spec.Rules); err != nil {
				t.Fatal(err)
			}
			if got := leads(ingress, map[string]bool{"web": true}); got != test.want {
				t.Errorf("leads: %v", got)
			}
		})
	}
}
