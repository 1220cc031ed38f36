package api

import (
	"os/exec"
	"strings"
	"testing"
)

// TestAnImporterGetsTypesOnly lists what is compiled into a program that imports the kinds
// and nothing else. All that is allowed beyond them is what apimachinery needs itself.
func TestAnImporterGetsTypesOnly(t *testing.T) {
	packages := list(t, "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", ".")
	if len(packages) < 20 {
		t.Fatalf("these are not the packages of the importer: %q", packages)
	}
	for _, name := range packages {
		if !under(name, "example.com/importer", "github.com/grantor-dev/grantor/api", "k8s.io/api/core/v1", "k8s.io/apimachinery", "k8s.io/klog/v2",
			"k8s.io/kube-openapi", "k8s.io/utils", "sigs.k8s.io/json", "sigs.k8s.io/randfill", "sigs.k8s.io/structured-merge-diff/v6",
			"github.com/fxamacker/cbor/v2", "github.com/x448/float16", "github.com/go-logr/logr", "github.com/json-iterator/go",
			"github.com/modern-go", "go.yaml.in/yaml/v2", "golang.org/x/net", "golang.org/x/text", "gopkg.in/inf.v0") {
			t.Errorf("an importer gets %s", name)
		}
	}
}

// TestAnImporterDependsOnNothingElse looks at all modules that the importer's go.mod can
// see: their versions would limit those of the importer.
func TestAnImporterDependsOnNothingElse(t *testing.T) {
	for _, module := range list(t, "-m", "-f", "{{.Path}}", "all") {
		if under(module, "github.com/ory", "github.com/go-jose", "github.com/prometheus", "go.opentelemetry.io",
			"sigs.k8s.io/controller-runtime", "k8s.io/client-go", "k8s.io/apiserver") {
			t.Errorf("an importer depends on %s", module)
		}
	}
}

// under reports whether a path is one of those given, or below it.
func under(name string, prefixes ...string) bool {
	for _, prefix := range prefixes {
		if name == prefix || strings.HasPrefix(name, prefix+"/") {
			return true
		}
	}
	return false
}

// list returns the lines that go list prints for the importer.
func list(t *testing.T, args ...string) []string {
	t.Helper()
	command := exec.CommandContext(t.Context(), "go", append([]string{"list"}, args...)...)
	command.Dir = "testdata/importer"
	command.Env = append(command.Environ(), "GOFLAGS=-mod=readonly", "GOWORK=off")
	out, err := command.Output()
	if err != nil {
		t.Fatalf("go list %s: %v", strings.Join(args, " "), err)
	}
	return strings.Fields(string(out))
}
