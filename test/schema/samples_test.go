package schema

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestSamplesAreAccepted: what the documentation says to apply can be applied, and has
// no field that is spelled wrongly.
func TestSamplesAreAccepted(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../config/samples/*/oauth*.yaml")
	if err == nil {
		var more []string
		more, err = filepath.Glob("../../config/samples/*/*/oauth*.yaml")
		files = append(files, more...)
	}
	if err != nil || len(files) < 3 {
		t.Fatalf("found the samples %v: %v", files, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for i, document := range strings.Split(string(text), "\n---\n") {
			object := parse(t, document)
			if resources[object.GetKind()].Empty() {
				continue // a Secret
			}
			if _, err := try(t, namespaced(object, "default")); err != nil {
				t.Errorf("%s, object %d: %v", file, i+1, err)
			}
		}
	}
}
