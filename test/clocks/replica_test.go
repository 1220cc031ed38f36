package clocks

import (
	"log/slog"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/inprocess"
	"github.com/grantor-dev/grantor/test/installation"
)

// replica is a server in this process.
type replica struct {
	url, metrics string
}

// start starts a replica whose clock is wrong by a duration, and ends it with the test.
func start(t testing.TB, g *installation.Installation, by time.Duration) *replica {
	t.Helper()
	return startWith(t, inprocess.Kubeconfig(g), by, slog.LevelError)
}

// startBehind is start for a replica that reaches the API server through a proxy.
func startBehind(t testing.TB, g *installation.Installation, by time.Duration) (*replica, *devenv.FaultProxy) {
	t.Helper()
	kubeconfig, proxy := g.Behind(t)
	return startWith(t, kubeconfig, by, slog.LevelError+1), proxy
}

func startWith(t testing.TB, kubeconfig string, by time.Duration, level slog.Level) *replica {
	t.Helper()
	r := inprocess.Start(t, inprocess.Options{Kubeconfig: kubeconfig, Level: level, Now: func() time.Time { return time.Now().Add(by) }})
	return &replica{r.URL, r.Metrics}
}
