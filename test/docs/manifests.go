package docs

import (
	"regexp"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

// Manifest is what is copied from a page into a cluster at once: one whole object or
// more of them.
type Manifest struct {
	Page, Section string
	Objects       []*unstructured.Unstructured
}

// applied is what a command gives to kubectl apply.
var applied = regexp.MustCompile(`(?ms)kubectl apply -f - <<(?:EOF|END)\n(.*?)\n(?:EOF|END)$`)

// Manifests returns the blocks of a page that are whole objects, and what its commands
// apply. Where these name variables of the shell, the given values stand for them.
func Manifests(t testing.TB, page string, variables *strings.Replacer) []Manifest {
	t.Helper()
	list := Fenced(t, page, "yaml")
	var manifests []Manifest
	add := func(section string, objects []*unstructured.Unstructured) {
		if len(objects) > 0 {
			manifests = append(manifests, Manifest{Page: page, Section: section, Objects: objects})
		}
	}
	for _, block := range list {
		add(block.Section, Objects(t, block.Text))
	}
	for _, commands := range Blocks(t, page) {
		add(commands.Section, Applied(t, variables.Replace(commands.Text)))
	}
	return manifests
}

// Applied returns the objects that commands give to kubectl apply.
func Applied(t testing.TB, commands string) []*unstructured.Unstructured {
	t.Helper()
	var list []*unstructured.Unstructured
	for _, found := range applied.FindAllStringSubmatch(commands, -1) {
		list = append(list, Objects(t, found[1])...)
	}
	return list
}

// Objects returns the whole objects of a text; parts of one, such as a spec alone, are
// left out.
func Objects(t testing.TB, text string) []*unstructured.Unstructured {
	t.Helper()
	var list []*unstructured.Unstructured
	for document := range strings.SplitSeq("\n"+text, "\n---\n") {
		var content any
		if err := yaml.UnmarshalStrict([]byte(document), &content); err != nil {
			t.Fatalf("%v in:\n%s", err, document)
		}
		fields, _ := content.(map[string]any)
		object := &unstructured.Unstructured{Object: fields}
		if object.GetKind() != "" && object.GetName() != "" {
			list = append(list, object)
		}
	}
	return list
}
