// Package gitops tests what config/ and docs/examples ship for those who install and
// watch Grantor from Git, against a running Grantor: health checks, kstatus,
// admission policies, sample applications and what `grantor import` writes.
package gitops

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/apiutil"

	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

var shared = installation.Shared{Servers: 1}

func TestMain(m *testing.M) {
	flag.Parse()
	// What the API server warns of is no concern of these tests.
	os.Exit(shared.Run(m))
}

// in returns a path in the repository.
func in(t testing.TB, path ...string) string {
	t.Helper()
	root, err := devenv.RepoRoot()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(append([]string{root}, path...)...)
}

// untyped returns an object as the API server's clients without our types see it.
func untyped(t testing.TB, g *installation.Installation, object client.Object) *unstructured.Unstructured {
	t.Helper()
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(object)
	if err != nil {
		t.Fatal(err)
	}
	kind, err := apiutil.GVKForObject(object, g.Admin.Scheme())
	if err != nil {
		t.Fatal(err)
	}
	u := &unstructured.Unstructured{Object: content}
	u.SetGroupVersionKind(kind)
	return u
}
