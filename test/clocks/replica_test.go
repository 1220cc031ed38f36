package clocks

import (
	"context"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"k8s.io/client-go/tools/clientcmd"

	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/internal/lines"
	"github.com/grantor-dev/grantor/server"
	"github.com/grantor-dev/grantor/test/installation"
)

// replica is a server in this process.
type replica struct {
	url, metrics string
}

// start starts a replica whose clock is wrong by a duration, and ends it with the test.
func start(t testing.TB, g *installation.Installation, by time.Duration) *replica {
	t.Helper()
	return startWith(t, filepath.Join(g.Dir, devenv.ServerAccount+".kubeconfig"), by, slog.LevelError)
}

// startBehind is start for a replica that reaches the API server through a proxy.
func startBehind(t testing.TB, g *installation.Installation, by time.Duration) (*replica, *devenv.FaultProxy) {
	t.Helper()
	kubeconfig, proxy := g.Behind(t)
	return startWith(t, kubeconfig, by, slog.LevelError+1), proxy
}

func startWith(t testing.TB, kubeconfig string, by time.Duration, level slog.Level) *replica {
	t.Helper()
	var addresses [2]string
	for i := range addresses {
		addresses[i] = devenv.Loopback(installation.FreePort(t))
	}
	kube, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		t.Fatal(err)
	}
	r := &replica{url: "http://" + addresses[0], metrics: "http://" + addresses[1]}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	out := lines.New(ctx, os.Stderr)
	s, err := server.New(server.Config{
		Name: "default", Namespace: devenv.SystemNamespace, ListenAddress: addresses[0], MetricsAddress: addresses[1],
		Kube: kube, Log: slog.New(slog.NewJSONHandler(out, &slog.HandlerOptions{Level: level})), Lines: out,
		Now: func() time.Time { return time.Now().Add(by) },
	})
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		out.Close()
	})
	installation.Eventually(t, 30*time.Second, func() bool {
		response, err := http.Get(r.metrics + "/readyz")
		if err != nil {
			return false
		}
		return response.Body.Close() == nil && response.StatusCode == http.StatusOK
	}, func() string { return "replica that is ready" })
	return r
}
