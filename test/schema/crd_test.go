package schema

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"

	"github.com/grantor-dev/grantor/hack/devenv"
)

// crds returns the CRDs of this checkout, by kind.
func crds(t testing.TB) map[string]apiextensionsv1.JSONSchemaProps {
	t.Helper()
	root, err := devenv.RepoRoot()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(root, "config", "crd", "bases", "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("find CRDs: %v, %v", files, err)
	}
	out := map[string]apiextensionsv1.JSONSchemaProps{}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var crd apiextensionsv1.CustomResourceDefinition
		if err := yaml.UnmarshalStrict(content, &crd); err != nil {
			t.Fatalf("read %s: %v", file, err)
		}
		if len(crd.Spec.Versions) != 1 {
			t.Fatalf("%s has %d versions; teach this test about them", file, len(crd.Spec.Versions))
		}
		out[crd.Spec.Names.Kind] = *crd.Spec.Versions[0].Schema.OpenAPIV3Schema
	}
	return out
}

// walk visits a schema and everything below it.
func walk(at string, node apiextensionsv1.JSONSchemaProps, visit func(at string, node apiextensionsv1.JSONSchemaProps)) {
	visit(at, node)
	for name, child := range node.Properties {
		walk(strings.TrimPrefix(at+"."+name, "."), child, visit)
	}
	if node.Items != nil && node.Items.Schema != nil {
		walk(at+"[]", *node.Items.Schema, visit)
	}
	if node.AdditionalProperties != nil && node.AdditionalProperties.Schema != nil {
		walk(at+"{}", *node.AdditionalProperties.Schema, visit)
	}
}

// borrowed are types of Kubernetes inside ours, which Kubernetes tests.
var borrowed = []string{
	"metadata", "status.conditions[]", "spec.clientNamespaces.selector", "spec.clients.namespaces.selector", "spec.trustedIssuers[].namespaces.selector", "spec.registration.namespaces[].selector",
	"spec.namespaceSelector.matchExpressions",
	"spec.namespaceSelector.matchExpressions[]", "spec.namespaceSelector.matchLabels", "spec.namespaceSelector.matchLabels{}",
}

func isBorrowed(at string) bool {
	return slices.ContainsFunc(borrowed, func(prefix string) bool {
		return at == prefix || strings.HasPrefix(at, prefix+".")
	})
}

// rulesOf are the CEL rules of a node, by their messages, and its bounds, by their
// keywords. A required field is a rule of that field.
func rulesOf(at string, node apiextensionsv1.JSONSchemaProps) (rules [][2]string) {
	add := func(there bool, at, rule string) {
		if there {
			rules = append(rules, [2]string{at, rule})
		}
	}
	for _, rule := range node.XValidations {
		add(true, at, rule.Message)
	}
	add(node.MaxLength != nil, at, "maxLength")
	add(node.MinLength != nil && *node.MinLength > 0, at, "minLength")
	add(node.Pattern != "", at, "pattern")
	add(len(node.Enum) > 0, at, "enum")
	add(node.MaxItems != nil, at, "maxItems")
	add(node.MinItems != nil, at, "minItems")
	add(node.Format == "date-time", at, "date-time")
	add(node.XListType != nil && *node.XListType != "atomic", at, "duplicate")
	add(node.Minimum != nil, at, "minimum")
	add(node.Maximum != nil, at, "maximum")
	for _, name := range node.Required {
		add(true, strings.TrimPrefix(at+"."+name, "."), "required")
	}
	return rules
}
