package deployment

import (
	"path/filepath"
	"slices"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/grantor-dev/grantor/hack/devenv"
)

// TestWhatIsShippedIsAccepted asks the API server about everything that installing
// applies, strictly, and in a namespace that enforces restricted Pod Security.
func TestWhatIsShippedIsAccepted(t *testing.T) {
	t.Parallel()
	g := shared.Grantor(t)
	for folder, deployments := range map[string]int{"config/default": 1, "docs/examples/install": 1, "docs/examples/self-run": 2} {
		kinds := map[string]int{}
		for _, one := range rendered(t, folder) {
			kinds[one.GetKind()]++
			err := g.Admin.Apply(t.Context(), client.ApplyConfigurationFromUnstructured(one), client.FieldOwner("test"), client.ForceOwnership, client.DryRunAll)
			if err != nil {
				t.Errorf("%s: %s %s: %v", folder, one.GetKind(), one.GetName(), err)
			}
		}
		if kinds["CustomResourceDefinition"] < 8 || kinds["Deployment"] != deployments || kinds["Namespace"] != 1 {
			t.Errorf("%s has %v", folder, kinds)
		}
	}
}

// TestServersGetTheImageOfTheOperator: the example replaces it in both places.
func TestServersGetTheImageOfTheOperator(t *testing.T) {
	for _, one := range rendered(t, "docs/examples/install") {
		if one.GetKind() != "Deployment" {
			continue
		}
		containers, _, err := unstructured.NestedSlice(one.Object, "spec", "template", "spec", "containers")
		if err != nil || len(containers) != 1 {
			t.Fatalf("%d containers, %v", len(containers), err)
		}
		container, _ := containers[0].(map[string]any)
		args, _ := container["args"].([]any)
		const image = "registry.example.com/grantor:v0.0.0"
		if container["image"] != image || !slices.Contains(args, any("--server-image="+image)) {
			t.Errorf("the image is %v and the arguments %v", container["image"], args)
		}
		return
	}
	t.Error("there is no Deployment")
}

func rendered(t *testing.T, folder string) []*unstructured.Unstructured {
	t.Helper()
	root, err := devenv.RepoRoot()
	if err != nil {
		t.Fatal(err)
	}
	all, err := devenv.Render(filepath.Join(root, folder))
	if err != nil {
		t.Fatal(err)
	}
	return all
}
