package people

import (
	"path/filepath"
	"testing"

	"github.com/grantor-dev/grantor/hack/devenv"
)

// another starts one more replica for a test that would be in the way of others, and
// returns its URL.
func another(t testing.TB, args ...string) *devenv.Program {
	t.Helper()
	g := grantor(t)
	var ports [2]int
	for n := range ports {
		var err error
		if ports[n], err = devenv.FreePort(); err != nil {
			t.Fatal(err)
		}
	}
	program, err := devenv.StartProgram(t.Context(), devenv.ServerOptions(devenv.ServerSettings{
		Binary: g.Servers[0].Options().Binary, Kubeconfig: filepath.Join(g.Dir, devenv.ServerAccount+".kubeconfig"),
		Port: ports[0], MetricsPort: ports[1], LogFile: filepath.Join(t.TempDir(), "server.log"), TLS: g.TLS, Args: args,
	}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = program.Kill() })
	return program
}
