package main

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/grantor-dev/grantor/hack/devenv"
)

// TestInstallYAML: the file says what config/default says, with the image in both
// places, in an order in which kubectl can apply it.
func TestInstallYAML(t *testing.T) {
	const image = "registry.example.com/grantor:v1.2.3"
	folder := filepath.Join("..", "..", "config", "default")
	file := filepath.Join(t.TempDir(), "dist", "install.yaml")
	if err := run(image, []string{folder, file}); err != nil {
		t.Fatal(err)
	}
	wanted, err := devenv.Render(folder)
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	documents := strings.Split(strings.TrimPrefix(string(content), "---\n"), "\n---\n")
	if len(documents) != len(wanted) {
		t.Fatalf("there are %d documents for %d objects", len(documents), len(wanted))
	}
	namespaces := map[string]bool{}
	for i, document := range documents {
		object := &unstructured.Unstructured{}
		if err := yaml.UnmarshalStrict([]byte(document), object); err != nil {
			t.Fatal(err)
		}
		if object.GetKind() == "Deployment" {
			if found := strings.Count(document, image); found != 2 {
				t.Errorf("the operator's Deployment names the image %d times", found)
			}
			document = strings.ReplaceAll(document, image, "grantor")
			if err := yaml.UnmarshalStrict([]byte(document), object); err != nil {
				t.Fatal(err)
			}
		}
		if !reflect.DeepEqual(object.Object, wanted[i].Object) {
			t.Errorf("%s %s is not what the kustomization says", object.GetKind(), object.GetName())
		}
		if object.GetKind() == "Namespace" {
			namespaces[object.GetName()] = true
		}
		if at := object.GetNamespace(); at != "" && !namespaces[at] {
			t.Errorf("%s %s comes before its namespace", object.GetKind(), object.GetName())
		}
	}
}

func TestWrongArguments(t *testing.T) {
	folder := filepath.Join("..", "..", "config", "default")
	for name, args := range map[string][]string{
		"none":                       nil,
		"no file":                    {folder},
		"a folder that is none":      {filepath.Join("..", "nothing"), filepath.Join(t.TempDir(), "out.yaml")},
		"a file that cannot be made": {folder, filepath.Join("main.go", "out.yaml")},
	} {
		if err := run("grantor", args); err == nil {
			t.Errorf("%s: it works", name)
		}
	}
	if err := setImage(&unstructured.Unstructured{Object: map[string]any{"kind": "Deployment"}}, "x"); err == nil {
		t.Error("a Deployment without containers gets an image")
	}
}
