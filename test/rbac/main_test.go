// Package rbac tests the roles in config/rbac: that they are what somebody
// reviewed, that some rules are never in them, and, against a real API server,
// what each of our ServiceAccounts and a namespace's editor may do with them.
package rbac

import (
	"os"
	"path/filepath"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/grantor-dev/grantor/hack/devenv"
)

var cluster devenv.Shared

func TestMain(m *testing.M) { os.Exit(cluster.Run(m)) }

// role is a Role or a ClusterRole.
type role struct {
	kind, namespace, name string
	labels                map[string]string
	rules                 []rbacv1.PolicyRule
}

func (r role) String() string {
	if r.namespace == "" {
		return r.kind + " " + r.name
	}
	return r.kind + " " + r.namespace + "/" + r.name
}

// rendered returns what config/rbac installs.
func rendered(t testing.TB) []*unstructured.Unstructured {
	t.Helper()
	root, err := devenv.RepoRoot()
	if err != nil {
		t.Fatal(err)
	}
	objects, err := devenv.Render(filepath.Join(root, "config", "rbac"))
	if err != nil {
		t.Fatal(err)
	}
	return objects
}

func roles(t testing.TB) []role {
	t.Helper()
	var out []role
	for _, object := range rendered(t) {
		if object.GetKind() != "Role" && object.GetKind() != "ClusterRole" {
			continue
		}
		// Both kinds have the same rules.
		var parsed rbacv1.ClusterRole
		if err := runtime.DefaultUnstructuredConverter.FromUnstructuredWithValidation(object.Object, &parsed, object.GetKind() == "ClusterRole"); err != nil {
			t.Fatalf("read %s %s: %v", object.GetKind(), object.GetName(), err)
		}
		if parsed.AggregationRule != nil {
			t.Errorf("%s aggregates other roles, so that nobody can review it", object.GetName())
		}
		out = append(out, role{object.GetKind(), object.GetNamespace(), object.GetName(), object.GetLabels(), parsed.Rules})
	}
	if len(out) < 6 {
		t.Fatalf("config/rbac renders only %d roles", len(out))
	}
	return out
}
