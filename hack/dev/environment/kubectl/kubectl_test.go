package kubectl

import (
	"os"
	"path/filepath"
	"testing"
)

func TestOwnLinkIsNotTakenForTheMachinesKubectl(t *testing.T) {
	own, machine, files := t.TempDir(), t.TempDir(), t.TempDir()
	for _, dir := range []string{own, machine} {
		if err := os.WriteFile(filepath.Join(dir, "kubectl"), nil, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(files, "kubectl"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if found := firstExecutable("kubectl", []string{"", ".", own, files, machine}, own); found != filepath.Join(machine, "kubectl") {
		t.Errorf("got %q", found)
	}
	if found := firstExecutable("kubectl", []string{own, files, "/nonexistent"}, own); found != "" {
		t.Errorf("got %q", found)
	}
}
