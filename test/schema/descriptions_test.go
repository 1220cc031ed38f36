package schema

import (
	"strings"
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
)

// TestEveryFieldIsDescribed is about what kubectl explain shows.
func TestEveryFieldIsDescribed(t *testing.T) {
	for kind, schema := range crds(t) {
		described := 0
		walk("", schema, func(at string, node apiextensionsv1.JSONSchemaProps) {
			// kubectl explains metadata and the items of a list of strings by themselves.
			if at == "metadata" || strings.HasSuffix(at, "[]") || strings.HasSuffix(at, "{}") {
				return
			}
			if words := len(strings.Fields(node.Description)); words < 4 {
				t.Errorf("%s %s is described by %d words: %q", kind, at, words, node.Description)
			}
			described++
		})
		if described < 5 {
			t.Errorf("%s has only %d fields", kind, described)
		}
	}
}

// TestEveryBoundIsThere: without bounds the API server cannot tell what a CEL rule may
// cost, and anyone could store what no reader can display.
func TestEveryBoundIsThere(t *testing.T) {
	for kind, schema := range crds(t) {
		walk("", schema, func(at string, node apiextensionsv1.JSONSchemaProps) {
			if isBorrowed(at) || !strings.HasPrefix(at, "spec") {
				return
			}
			if node.Type == "array" && node.MaxItems == nil {
				t.Errorf("%s %s is a list without maxItems", kind, at)
			}
			if node.Type == "string" && node.MaxLength == nil && len(node.Enum) == 0 && node.Format == "" {
				t.Errorf("%s %s is a string without maxLength", kind, at)
			}
		})
	}
}
