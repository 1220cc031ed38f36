package chart

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/grantor-dev/grantor/test/docs"
)

// TestImage: what is pulled where the values say what, and that servers and the test get
// the same.
func TestImage(t *testing.T) {
	t.Parallel()
	const digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	for set, wanted := range map[string]string{
		"":                                      "grantor:" + appVersion(t),
		"image.repository=registry.example/id":  "registry.example/id:" + appVersion(t),
		"image.tag=try":                         "grantor:try",
		"image.registry=registry.example:5000":  "registry.example:5000/grantor:" + appVersion(t),
		"image.tag=try,image.digest=" + digest:  "grantor@" + digest,
		"image.registry=r.example,image.tag=v9": "r.example/grantor:v9",
	} {
		found := 0
		for _, object := range rendered(t, namespace, "--set", "server.create=true,server.spec.issuer="+issuer, "--set", set) {
			for _, container := range containers(t, object) {
				found++
				if container["image"] != wanted {
					t.Errorf("with %q, %s %s has the image %v, wanted %s", set, object.GetKind(), object.GetName(), container["image"], wanted)
				}
				args, _ := container["args"].([]any)
				if object.GetKind() == "Deployment" && !slices.Contains(args, any("--server-image="+wanted)) {
					t.Errorf("with %q, servers get another image: %v", set, args)
				}
			}
		}
		if found != 2 {
			t.Errorf("with %q there are %d containers", set, found)
		}
	}
}

// TestNoUserIDIsSet: OpenShift gives each namespace users and groups of its own,
// and takes no pod that asks for another. The image has a user who is not root.
func TestNoUserIDIsSet(t *testing.T) {
	t.Parallel()
	objects := rendered(t, namespace, "--set", "server.create=true,server.spec.issuer="+issuer)
	for _, file := range []string{
		"config/operator/deployment.yaml", "docs/examples/self-run/server.yaml", "internal/render/testdata/default.yaml",
	} {
		objects = append(objects, inFile(t, file)...)
	}
	pods := 0
	for _, object := range objects {
		if len(containers(t, object)) > 0 {
			pods++
		}
		for _, field := range []string{"runAsUser", "runAsGroup", "fsGroup", "supplementalGroups"} {
			if path := find(object.Object, field); path != "" && object.GetKind() != "CustomResourceDefinition" {
				t.Errorf("%s %s has %s", object.GetKind(), object.GetName(), path)
			}
		}
	}
	if pods != 5 {
		t.Errorf("there are %d kinds of pods", pods)
	}
}

// inFile returns the objects of a file.
func inFile(t *testing.T, path string) []*unstructured.Unstructured {
	t.Helper()
	content, err := os.ReadFile(in(t, filepath.FromSlash(path)))
	if err != nil {
		t.Fatal(err)
	}
	return docs.Objects(t, string(content))
}

// containers are those of a Pod or of a Deployment.
func containers(t *testing.T, object *unstructured.Unstructured) []map[string]any {
	t.Helper()
	path := map[string]string{"Pod": "spec.containers", "Deployment": "spec.template.spec.containers"}[object.GetKind()]
	if path == "" {
		return nil
	}
	list, _, err := unstructured.NestedSlice(object.Object, strings.Split(path, ".")...)
	if err != nil {
		t.Fatal(err)
	}
	var all []map[string]any
	for _, container := range list {
		all = append(all, container.(map[string]any))
	}
	return all
}

// find returns where a field is, or nothing.
func find(tree any, field string) string {
	switch node := tree.(type) {
	case map[string]any:
		for key, value := range node {
			if key == field {
				return key
			}
			if path := find(value, field); path != "" {
				return key + "." + path
			}
		}
	case []any:
		for _, value := range node {
			if path := find(value, field); path != "" {
				return path
			}
		}
	}
	return ""
}
