package installation

import (
	"context"
	"path/filepath"
	"slices"
	"testing"

	"github.com/grantor-dev/grantor/hack/devenv"
)

// Stallable starts a replica whose watches can be made to hang, and announces it beside
// the others while the test runs.
func (i *Installation) Stallable(t testing.TB) *devenv.FaultProxy {
	t.Helper()
	proxy, err := devenv.StartFaultProxy(i.Kube.Config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = proxy.Close() })
	kubeconfig := filepath.Join(t.TempDir(), "kubeconfig")
	err = devenv.ServiceAccountKubeconfig(t.Context(), i.Kube.Config, devenv.SystemNamespace, devenv.ServerAccount, kubeconfig, proxy.Account())
	if err != nil {
		t.Fatal(err)
	}
	var ports [2]int
	for n := range ports {
		if ports[n], err = devenv.FreePort(); err != nil {
			t.Fatal(err)
		}
	}
	program, err := devenv.StartProgram(t.Context(), devenv.ServerOptions(devenv.ServerSettings{
		Binary: i.Servers[0].Options().Binary, Kubeconfig: kubeconfig, Port: ports[0], MetricsPort: ports[1],
		LogFile: filepath.Join(t.TempDir(), "server.log"),
	}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = program.Kill()
		if err := i.Announce(context.Background(), i.Servers...); err != nil {
			t.Error(err)
		}
	})
	if err := i.Announce(t.Context(), append(slices.Clip(i.Servers), program)...); err != nil {
		t.Fatal(err)
	}
	return proxy
}
