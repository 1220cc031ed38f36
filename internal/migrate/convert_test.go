package migrate

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/documents"
)

var update = flag.Bool("update", false, "write the golden files")

// TestGolden converts each testdata/*/input.yaml.
func TestGolden(t *testing.T) {
	inputs, err := filepath.Glob("testdata/*/input.yaml")
	if err != nil || len(inputs) < 5 {
		t.Fatalf("found %v: %v", inputs, err)
	}
	for _, input := range inputs {
		dir := filepath.Dir(input)
		t.Run(filepath.Base(dir), func(t *testing.T) {
			t.Parallel()
			content, err := os.ReadFile(input)
			if err != nil {
				t.Fatal(err)
			}
			result, err := Convert([]documents.Input{{Name: "input", Content: content}}, Options{Namespace: "default", ServerNamespace: "grantor-system"})
			if err != nil {
				t.Fatal(err)
			}
			golden(t, filepath.Join(dir, "output.yaml"), manifests(t, result))
			golden(t, filepath.Join(dir, "report.txt"), "lost: "+strings.Join(result.Lost, "\nlost: ")+"\nto do: "+strings.Join(result.ToDo, "\nto do: ")+"\n")
		})
	}
}

func manifests(t *testing.T, result Result) string {
	t.Helper()
	var out []string
	for _, manifest := range result.Manifests {
		text, err := yaml.Marshal(manifest)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, string(text))
	}
	return strings.Join(out, "---\n")
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s has\n%s\nnot\n%s", file, want, got)
	}
}

// TestManifestsAreOurs: what is written has the fields of an OAuthClient.
func TestManifestsAreOurs(t *testing.T) {
	outputs, err := filepath.Glob("testdata/*/output.yaml")
	if err != nil || len(outputs) < 5 {
		t.Fatalf("found %v: %v", outputs, err)
	}
	for _, file := range outputs {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for document := range strings.SplitSeq(string(content), "---\n") {
			if !strings.Contains(document, "kind: OAuthClient\n") {
				continue
			}
			var c oauthv1alpha1.OAuthClient
			if err := yaml.UnmarshalStrict([]byte(document), &c); err != nil {
				t.Errorf("%s: %v", file, err)
			}
			if c.Namespace == "" || c.Name == "" {
				t.Errorf("%s: an OAuthClient without name:\n%s", file, document)
			}
		}
	}
}
