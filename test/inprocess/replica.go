// Package inprocess runs replicas of the server in the process of a test, which turns their
// clocks.
//
// It owns no assertion beyond waiting until a replica is ready.
package inprocess

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/internal/lines"
	"github.com/grantor-dev/grantor/server"
	"github.com/grantor-dev/grantor/test/installation"
)

// Replica is a server in this process.
type Replica struct {
	URL, Metrics string
}

// Options say what to start.
type Options struct {
	// Kubeconfig is that of the server's ServiceAccount.
	Kubeconfig string
	// Level is that of the log.
	Level slog.Level
	// Now is the clock.
	Now func() time.Time
	// Change changes how the API server is reached; nil does not.
	Change func(*rest.Config)
}

// Kubeconfig returns that of the server's ServiceAccount in an installation.
func Kubeconfig(g *installation.Installation) string {
	return filepath.Join(g.Dir, devenv.ServerAccount+".kubeconfig")
}

// Start starts a replica, and ends it with the test.
func Start(t testing.TB, options Options) *Replica {
	t.Helper()
	var addresses [2]string
	for i := range addresses {
		addresses[i] = devenv.Loopback(installation.FreePort(t))
	}
	kube, err := clientcmd.BuildConfigFromFlags("", options.Kubeconfig)
	if err != nil {
		t.Fatal(err)
	}
	if options.Change != nil {
		options.Change(kube)
	}
	r := &Replica{URL: "http://" + addresses[0], Metrics: "http://" + addresses[1]}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	out := lines.New(ctx, os.Stderr)
	s, err := server.New(server.Config{
		Name: "default", Namespace: devenv.SystemNamespace, ListenAddress: addresses[0], MetricsAddress: addresses[1],
		Kube: kube, Log: slog.New(slog.NewJSONHandler(out, &slog.HandlerOptions{Level: options.Level})), Lines: out, Now: options.Now,
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
	r.Ready(t)
	return r
}

// Ready waits until the replica is ready.
func (r *Replica) Ready(t testing.TB) {
	t.Helper()
	said := ""
	installation.Eventually(t, time.Minute, func() bool {
		response, err := http.Get(r.Metrics + "/readyz")
		if err != nil {
			return false
		}
		said = response.Status
		return response.Body.Close() == nil && response.StatusCode == http.StatusOK
	}, func() string { return fmt.Sprintf("replica that is ready; it says %s", said) })
}
