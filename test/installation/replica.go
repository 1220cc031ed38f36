package installation

import (
	"cmp"
	"context"
	"path/filepath"
	"slices"
	"testing"

	"github.com/grantor-dev/grantor/hack/devenv"
)

// Behind returns a kubeconfig with which a replica reaches the API server through a proxy.
func (i *Installation) Behind(t testing.TB) (kubeconfig string, proxy *devenv.FaultProxy) {
	t.Helper()
	proxy, err := devenv.StartFaultProxy(i.Kube.Config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = proxy.Close() })
	kubeconfig = filepath.Join(t.TempDir(), "kubeconfig")
	err = devenv.ServiceAccountKubeconfig(t.Context(), i.Kube.Config, devenv.SystemNamespace, devenv.ServerAccount, kubeconfig, proxy.Account())
	if err != nil {
		t.Fatal(err)
	}
	return kubeconfig, proxy
}

// StartReplica starts one more replica, of which the operator does not know, and kills it
// when the test ends. What the settings leave out is as with the other replicas.
func (i *Installation) StartReplica(t testing.TB, settings devenv.ServerSettings) *devenv.Program {
	t.Helper()
	settings.Port, settings.MetricsPort = FreePort(t), FreePort(t)
	settings.Binary = cmp.Or(settings.Binary, i.Servers[0].Options().Binary)
	settings.Kubeconfig = cmp.Or(settings.Kubeconfig, filepath.Join(i.Dir, devenv.ServerAccount+".kubeconfig"))
	settings.LogFile = cmp.Or(settings.LogFile, filepath.Join(t.TempDir(), "server.log"))
	settings.TLS = cmp.Or(settings.TLS, i.TLS)
	program, err := devenv.StartProgram(t.Context(), devenv.ServerOptions(settings))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = program.Kill() })
	return program
}

// FreePort returns a port of the loopback address that nothing listens at.
func FreePort(t testing.TB) int {
	t.Helper()
	port, err := devenv.FreePort()
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// Stallable starts a replica whose watches can be made to hang, and announces it beside
// the others while the test runs.
func (i *Installation) Stallable(t testing.TB) *devenv.FaultProxy {
	t.Helper()
	kubeconfig, proxy := i.Behind(t)
	program := i.StartReplica(t, devenv.ServerSettings{Kubeconfig: kubeconfig})
	t.Cleanup(func() {
		if err := i.Announce(context.Background(), i.Servers...); err != nil {
			t.Error(err)
		}
	})
	if err := i.Announce(t.Context(), append(slices.Clip(i.Servers), program)...); err != nil {
		t.Fatal(err)
	}
	return proxy
}
