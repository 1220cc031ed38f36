// Package chart tests charts/grantor with the real helm, versions 3 and 4: that it says the same as
// config/default, what it refuses, that an API server takes what it renders, and what
// becomes of kinds, servers and credentials when a release is installed, upgraded, rolled
// back, uninstalled and installed again. There is no kubelet: that pods start is for
// test/e2e.
package chart

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/grantor-dev/grantor/hack/devenv"
)

// helmBound covers one call of helm.
const helmBound = 2 * time.Minute

// repository is the root of the checkout.
var repository = sync.OnceValues(devenv.RepoRoot)

// tool is a major version of Helm, by its folder below hack/tools.
type tool string

const (
	helm3 tool = "helm3"
	helm4 tool = "helm"
)

// binaries are built once.
var binaries = map[tool]func() (string, error){helm3: helm3.build(), helm4: helm4.build()}

func (h tool) build() func() (string, error) {
	return sync.OnceValues(func() (string, error) {
		root, err := repository()
		if err != nil {
			return "", err
		}
		return devenv.ToolBinary(context.Background(), root, string(h))
	})
}

// withBoth runs a test with each Helm that people have.
func withBoth(t *testing.T, test func(t *testing.T, with tool)) {
	t.Helper()
	for name, with := range map[string]tool{"Helm 3": helm3, "Helm 4": helm4} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, with)
		})
	}
}

// in returns a path below the root of the checkout.
func in(t testing.TB, path ...string) string {
	t.Helper()
	root, err := repository()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(append([]string{root}, path...)...)
}

// run runs helm as a user who has never used it before, and returns what it says.
func (h tool) run(t testing.TB, kubeconfig string, args ...string) (string, error) {
	t.Helper()
	out, err := h.once(t, kubeconfig, args...)
	if err == nil || args[0] != "install" || !strings.Contains(err.Error(), "ensure CRDs are installed first") {
		return out, err
	}
	// Helm waits until the kinds are established, but not until a slow API server lists them.
	t.Log(err)
	namespace := args[slices.Index(args, "-n")+1]
	if _, err := h.once(t, kubeconfig, "uninstall", args[1], "-n", namespace); err != nil {
		return "", err
	}
	return h.once(t, kubeconfig, args...)
}

// once runs a command as it is.
func (h tool) once(t testing.TB, kubeconfig string, args ...string) (string, error) {
	t.Helper()
	binary, err := binaries[h]()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), helmBound)
	defer cancel()
	command := exec.CommandContext(ctx, binary, args...)
	command.Env = []string{"HOME=" + t.TempDir(), "PATH=" + os.Getenv("PATH"), "KUBECONFIG=" + kubeconfig, "GOGC=" + os.Getenv("GOGC")}
	var out, errs bytes.Buffer
	command.Stdout, command.Stderr = &out, &errs
	if err := command.Run(); err != nil {
		return out.String(), errors.Join(fmt.Errorf("%s %s: %w", h, strings.Join(args, " "), err), errors.New(errs.String()))
	}
	return out.String(), nil
}

// must is run where it must not fail.
func (h tool) must(t testing.TB, kubeconfig string, args ...string) string {
	t.Helper()
	out, err := h.run(t, kubeconfig, args...)
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return out
}

// rendered returns what helm template makes of the chart for the namespace; what one Helm
// makes of it, the other does, too.
func rendered(t testing.TB, namespace string, args ...string) []*unstructured.Unstructured {
	t.Helper()
	return helm4.rendered(t, namespace, args...)
}

func (h tool) rendered(t testing.TB, namespace string, args ...string) []*unstructured.Unstructured {
	t.Helper()
	command := []string{"template", "grantor", in(t, "charts", "grantor"), "-n", namespace}
	if h == helm3 {
		// Without a cluster, a Helm 3 that its own Makefile did not build presumes 1.20.
		command = append(command, "--kube-version", "1.30.0")
	}
	out := h.must(t, "", append(command, args...)...)
	return parsed(t, out)
}

func parsed(t testing.TB, text string) []*unstructured.Unstructured {
	t.Helper()
	var objects []*unstructured.Unstructured
	for document := range strings.SplitSeq("\n"+text, "\n---\n") {
		object := &unstructured.Unstructured{}
		if err := yaml.UnmarshalStrict([]byte(document+"\n"), &object.Object); err != nil {
			t.Fatalf("%v in:\n%s", err, document)
		}
		if len(object.Object) > 0 {
			objects = append(objects, object)
		}
	}
	return objects
}
