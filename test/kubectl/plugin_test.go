package kubectl

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
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
		"kubectl": localkube, "kubectl-oauth": plugin.Path, "kubectl_complete-oauth": filepath.Join(root, "hack", "krew", "kubectl_complete-oauth"),
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

func TestCompletionOfKubectl(t *testing.T) {
	t.Parallel()
	g, ns := shared.Grantor(t), shared.Namespace(t)
	g.Create(t, installation.Service(ns, "shop"))
	complete := func(args ...string) string {
		return finish(t, kubectl(t, g.Kube.Kubeconfig, append([]string{"__complete", "oauth"}, args...)...)).stdout
	}
	for wanted, args := range map[string][]string{
		"explain":         {"exp"},
		"shop":            {"status", "--namespace", ns, ""},
		ns:                {"status", "--namespace", ""},
		"--audience":      {"token", "--aud"},
		"exec-credential": {"login", "--exec"},
	} {
		if said := complete(args...); !strings.Contains(said, wanted) {
			t.Errorf("%v is completed with:\n%s", args, said)
		}
	}
}

func TestKubeconfig(t *testing.T) {
	t.Parallel()
	g, ns := shared.Grantor(t), shared.Namespace(t)
	g.Create(t, native(ns))
	g.Create(t, installation.Service(ns, "api"))
	oauth(t, "kubeconfig", "cli", "-n", ns).want(t, 0, "--issuer="+g.Issuer, "--client-id="+ns+".cli", "client.authentication.k8s.io/v1")
	oauth(t, "kubeconfig", "api", "-n", ns).fails(t, "spec.authentication.method none")
}
