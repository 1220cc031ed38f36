package kubectl

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// kubectl returns a real kubectl that finds the plugin.
func kubectl(t *testing.T, kubeconfig string, args ...string) *exec.Cmd {
	t.Helper()
	plugin := command(t, kubeconfig)
	root, err := devenv.RepoRoot()
	if err != nil {
		t.Fatal(err)
	}
	localkube, err := devenv.LocalkubeBinary(t.Context(), root)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, target := range map[string]string{
		"kubectl": localkube, "kubectl-oauth": plugin.Path,
	} {
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), filepath.Join(dir, "kubectl"), args...)
	cmd.Env = append(plugin.Env, "PATH="+dir+":"+os.Getenv("PATH"))
	return cmd
}

func TestPluginOfKubectl(t *testing.T) {
	t.Parallel()
	g, ns := shared.Grantor(t), shared.Namespace(t)
	g.Create(t, installation.Service(ns, "shop"))
	finish(t, kubectl(t, g.Kube.Kubeconfig, "oauth", "status", "shop", "-n", ns)).want(t, 0, ns+".shop")
	if missing := finish(t, kubectl(t, g.Kube.Kubeconfig, "oauth", "status", "missing", "-n", ns)); missing.code != 1 {
		t.Errorf("exit code %d: %s", missing.code, missing.stderr)
	}
}
