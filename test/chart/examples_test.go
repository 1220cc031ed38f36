package chart

import (
	"os"
	"path/filepath"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

// TestExamples: the values that examples give to the chart are some that it takes.
func TestExamples(t *testing.T) {
	t.Parallel()
	for file, path := range map[string][]string{
		"argocd/grantor.yaml":   {"spec", "source", "helm", "valuesObject"},
		"flux/helmrelease.yaml": {"spec", "values"},
	} {
		content, err := os.ReadFile(in(t, "docs", "examples", "gitops", filepath.FromSlash(file)))
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, object := range parsed(t, string(content)) {
			values, ok, err := unstructured.NestedMap(object.Object, path...)
			if err != nil || !ok {
				continue
			}
			found = true
			text, err := yaml.Marshal(values)
			if err != nil {
				t.Fatal(err)
			}
			given := filepath.Join(t.TempDir(), "values.yaml")
			if err := os.WriteFile(given, text, 0o600); err != nil {
				t.Fatal(err)
			}
			servers := 0
			for _, made := range rendered(t, "grantor-system", "--values", given) {
				if made.GetKind() == "OAuthServer" {
					servers++
				}
			}
			if servers != 1 {
				t.Errorf("%s makes %d servers", file, servers)
			}
		}
		if !found {
			t.Errorf("%s gives no values", file)
		}
	}
}
