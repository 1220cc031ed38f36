//go:build linux

package outside

import (
	"os"
	"path/filepath"
	"testing"
)

func TestClaim(t *testing.T) {
	for _, path := range []string{"/run", "/run/node", "/var/lib/node", "/var/log"} {
		if d, err := claim(t.Context(), path); err == nil {
			d.unlock()
			t.Errorf("%s was claimed, where a node's logs would not be seen", path)
		}
	}
	dir := t.TempDir()
	// What a killed run leaves.
	for _, name := range []string{"kubeconfig", "node.json", "log/kubelet.log"} {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	d, err := claim(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"kubeconfig", "node.json", "log/kubelet.log"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
			t.Errorf("%s of an old run is there", name)
		}
	}
	if err := d.release(); err != nil {
		t.Error(err)
	}
}
