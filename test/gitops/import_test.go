package gitops

import (
	"path/filepath"
	"testing"

	"sigs.k8s.io/controller-runtime/pkg/client"
)

// TestImportedClientsAreAccepted: the API server would take what `grantor import` makes
// of its own examples.
func TestImportedClientsAreAccepted(t *testing.T) {
	g := shared.Grantor(t)
	files, err := filepath.Glob(in(t, "internal", "migrate", "testdata", "*", "output.yaml"))
	if err != nil || len(files) < 5 {
		t.Fatalf("found %v: %v", files, err)
	}
	for _, file := range files {
		t.Run(filepath.Base(filepath.Dir(file)), func(t *testing.T) {
			for _, object := range objectsIn(t, file) {
				anyClientID(t, g, object.GetNamespace())
				if err := g.Admin.Create(t.Context(), object, client.DryRunAll); err != nil {
					t.Errorf("%s %s: %v", object.GetKind(), object.GetName(), err)
				}
			}
		})
	}
}
