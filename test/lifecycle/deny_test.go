package lifecycle

import (
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// deny makes the API server refuse an operation in a namespace, as a quota or a
// policy does, and waits until probe is refused.
func deny(t testing.TB, g *installation.Installation, ns, operation, group, resource string, probe func() error) (lift func()) {
	t.Helper()
	policy := object("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy", ns, map[string]any{
		"failurePolicy": "Fail",
		"matchConstraints": map[string]any{"resourceRules": []any{map[string]any{
			"apiGroups": []any{group}, "apiVersions": []any{"*"}, "operations": []any{operation}, "resources": []any{resource},
		}}},
		"validations": []any{map[string]any{"expression": "false", "message": "not here", "reason": "Forbidden"}},
	})
	binding := object("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicyBinding", ns, map[string]any{
		"policyName":        ns,
		"validationActions": []any{"Deny"},
		"matchResources":    map[string]any{"namespaceSelector": map[string]any{"matchLabels": map[string]any{"kubernetes.io/metadata.name": ns}}},
	})
	if err := devenv.Apply(t.Context(), g.Kube.Config, []*unstructured.Unstructured{policy, binding}); err != nil {
		t.Fatal(err)
	}
	lift = func() {
		for _, one := range []client.Object{binding, policy} {
			deleteLater(t, g, one)
		}
	}
	t.Cleanup(lift)
	installation.Eventually(t, 20*time.Second, func() bool { return probe() != nil }, func() string { return "refusal of " + resource })
	return lift
}

func object(apiVersion, kind, name string, spec map[string]any) *unstructured.Unstructured {
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": apiVersion, "kind": kind, "metadata": map[string]any{"name": name}, "spec": spec,
	}}
}
