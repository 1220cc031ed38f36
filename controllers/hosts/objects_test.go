package hosts

import (
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

const ingress = `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {namespace: team, name: app, uid: u, resourceVersion: "7", annotations: {a: large}, managedFields: [{manager: m}]}
spec:
  tls: [{hosts: [tls.example], secretName: s}]
  rules: [{host: a.example, http: {paths: []}}, {http: {paths: []}}, {host: "*.b.example"}, {host: ""}]
status: {loadBalancer: {}}
`

const route = `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {namespace: team, name: app, uid: u, resourceVersion: "7", labels: {a: b}}
spec: {parentRefs: [{name: gateway}], hostnames: [a.example, "*.b.example"], rules: [{host: wrong.example}]}
status: {parents: []}
`

func object(t *testing.T, text string) *unstructured.Unstructured {
	t.Helper()
	o := &unstructured.Unstructured{}
	if err := yaml.Unmarshal([]byte(text), o); err != nil {
		t.Fatal(err)
	}
	return o
}

func TestHostsSurviveTheTrimming(t *testing.T) {
	for name, tt := range map[string]struct {
		text   string
		wanted []string
	}{
		"an Ingress":              {ingress, []string{"a.example", "*.b.example"}},
		"an HTTPRoute":            {route, []string{"a.example", "*.b.example"}},
		"an Ingress for any host": {"{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: app, namespace: team, uid: u, resourceVersion: '7'}, spec: {defaultBackend: {}}}", nil},
		"rules of another shape":  {"{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: app, namespace: team, uid: u, resourceVersion: '7'}, spec: {rules: [a, {host: 7}, null]}}", nil},
		"no list":                 {"{apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute, metadata: {name: app, namespace: team, uid: u, resourceVersion: '7'}, spec: {hostnames: a.example}}", nil},
	} {
		t.Run(name, func(t *testing.T) {
			full := object(t, tt.text)
			if got := of(full); !slices.Equal(got, tt.wanted) {
				t.Errorf("the hosts are %q", got)
			}
			// The cache may trim what is trimmed.
			var trimmed any = full
			for range 2 {
				var err error
				if trimmed, err = Trim()(trimmed); err != nil {
					t.Fatal(err)
				}
			}
			kept, _ := trimmed.(*unstructured.Unstructured)
			if got := of(kept); !slices.Equal(got, tt.wanted) {
				t.Errorf("the hosts are %q once it is trimmed", got)
			}
			if kept.GetName() != "app" || kept.GetNamespace() != "team" || kept.GetUID() != "u" || kept.GetResourceVersion() != "7" || kept.GroupVersionKind() != full.GroupVersionKind() {
				t.Errorf("it became %v", kept)
			}
			text, err := kept.DeepCopy().MarshalJSON()
			if err != nil {
				t.Fatal(err)
			}
			for _, gone := range []string{"managedFields", "annotations", "labels", "status", "tls", "parentRefs", "paths"} {
				if strings.Contains(string(text), gone) {
					t.Errorf("%s is kept", gone)
				}
			}
		})
	}
}

func TestOthersAreNotTrimmed(t *testing.T) {
	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: "s", ManagedFields: []metav1.ManagedFieldsEntry{{Manager: "m"}}}, Data: map[string][]byte{"a": []byte("b")}}
	foreign := object(t, strings.Replace(ingress, "networking.k8s.io/v1", "example.com/v1", 1))
	for _, o := range []any{secret, foreign} {
		if _, err := Trim()(o); err != nil {
			t.Fatal(err)
		}
	}
	if len(secret.Data) != 1 || secret.ManagedFields != nil || foreign.GetAnnotations()["a"] != "large" || foreign.GetManagedFields() != nil {
		t.Errorf("they became %+v and %+v", secret, foreign)
	}
}
