package installation

import (
	"context"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/hack/devenv"
)

// Isolated starts a Grantor with a cluster of its own, for tests that count every
// request or change the OAuthServer. What its programs ask goes through the proxy.
func Isolated(t testing.TB) (*Installation, *devenv.FaultProxy) {
	t.Helper()
	kube := devenv.OwnKube(t)
	proxy, err := devenv.StartFaultProxy(kube.Config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = proxy.Close() })
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	g, err := Start(ctx, kube, Options{Proxy: proxy})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := g.Stop(); err != nil {
			t.Error(err)
		}
	})
	return g, proxy
}
