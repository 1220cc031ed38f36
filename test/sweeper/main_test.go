// Package sweeper tests what the sweeper deletes, keeps and counts, with the rights
// of the operator at a real API server. Its cluster is its own: a sweep takes in
// all namespaces.
package sweeper

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/go-logr/logr"
	"github.com/prometheus/client_golang/prometheus"
	"k8s.io/client-go/tools/clientcmd"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/grantor-dev/grantor/controllers/sweeper"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

var cluster devenv.Shared

func TestMain(m *testing.M) {
	ctrl.SetLogger(logr.Discard())
	_ = os.Unsetenv(devenv.TestKubeconfigVariable)
	os.Exit(cluster.Run(m))
}

func admin(t testing.TB) client.Client {
	t.Helper()
	admin, err := installation.NewAdmin(cluster.Kube(t))
	if err != nil {
		t.Fatal(err)
	}
	return admin
}

// operator returns a client with the rights of the operator.
func operator(t testing.TB) client.Client {
	t.Helper()
	path := filepath.Join(t.TempDir(), "kubeconfig")
	err := devenv.ServiceAccountKubeconfig(t.Context(), cluster.Kube(t).Config, devenv.SystemNamespace, devenv.OperatorAccount, path, devenv.ServiceAccountOptions{})
	if err != nil {
		t.Fatal(err)
	}
	config, err := clientcmd.BuildConfigFromFlags("", path)
	if err != nil {
		t.Fatal(err)
	}
	config.QPS = -1
	c, err := client.New(config, client.Options{Scheme: admin(t).Scheme()})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// newSweeper returns a sweeper that was not started.
func newSweeper(t testing.TB) *sweeper.Sweeper {
	t.Helper()
	metrics, err := sweeper.NewMetrics(prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	c := operator(t)
	return &sweeper.Sweeper{Sessions: c, Cached: c, Live: c, Status: c, Metrics: metrics, Interval: time.Hour, Now: time.Now}
}

// sweep sweeps once and returns how many objects were deleted.
func sweep(t testing.TB, s *sweeper.Sweeper) int {
	t.Helper()
	deleted, err := s.Sweep(t.Context())
	if err != nil {
		t.Fatalf("sweep: %v", err)
	}
	return deleted
}
