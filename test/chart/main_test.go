// Package chart tests charts/grantor with the real helm: that it says the same as
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

var helmBinary = sync.OnceValues(func() (string, error) {
	root, err := repository()
	if err != nil {
		return "", err
	}
	return devenv.ToolBinary(context.Background(), root, "helm")
})

// in returns a path below the root of the checkout.
func in(t testing.TB, path ...string) string {
	t.Helper()
	root, err := repository()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(append([]string{root}, path...)...)
}

// helm runs helm as somebody who has never used it before, and returns what it says.
func helm(t testing.TB, kubeconfig string, args ...string) (string, error) {
	t.Helper()
	binary, err := helmBinary()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), helmBound)
	defer cancel()
	command := exec.CommandContext(ctx, binary, args...)
	command.Env = []string{"HOME=" + t.TempDir(), "PATH=" + os.Getenv("PATH"), "KUBECONFIG=" + kubeconfig}
	var out, errs bytes.Buffer
	command.Stdout, command.Stderr = &out, &errs
	if err := command.Run(); err != nil {
		return out.String(), errors.Join(fmt.Errorf("helm %s: %w", strings.Join(args, " "), err), errors.New(errs.String()))
	}
	return out.String(), nil
}

// helmed is helm where it must not fail.
func helmed(t testing.TB, kubeconfig string, args ...string) string {
	t.Helper()
	out, err := helm(t, kubeconfig, args...)
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return out
}

// rendered returns what helm template makes of the chart for the namespace.
func rendered(t testing.TB, namespace string, args ...string) []*unstructured.Unstructured {
	t.Helper()
	out := helmed(t, "", append([]string{"template", "grantor", in(t, "charts", "grantor"), "-n", namespace}, args...)...)
	return parsed(t, out)
}

func parsed(t testing.TB, text string) []*unstructured.Unstructured {
	t.Helper()
	var objects []*unstructured.Unstructured
	for document := range strings.SplitSeq("\n"+text, "\n---\n") {
		object := &unstructured.Unstructured{}
		if err := yaml.UnmarshalStrict([]byte(document), &object.Object); err != nil {
			t.Fatalf("%v in:\n%s", err, document)
		}
		if len(object.Object) > 0 {
			objects = append(objects, object)
		}
	}
	return objects
}
