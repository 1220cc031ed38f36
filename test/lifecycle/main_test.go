// Package lifecycle tests what becomes of a client and its Secret over time: what
// is written, repaired, rotated, refused and left alone, seen from the cluster and
// from every replica of the server. Its cluster is its own, because it counts
// requests, breaks keys and reads every log.
package lifecycle

import (
	"context"
	"flag"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/go-logr/logr"
	ctrl "sigs.k8s.io/controller-runtime"

	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

var cluster devenv.Shared

// shared is the one Grantor that the tests of this package use.
var shared struct {
	once         sync.Once
	installation *installation.Installation
	err          error
}

func TestMain(m *testing.M) {
	flag.Parse()
	// What the API server warns of is no concern of these tests.
	ctrl.SetLogger(logr.Discard())
	// Most of these tests wait for something nearly all of the time.
	_ = flag.Set("test.parallel", "12")
	// A cluster that other packages share has other operators.
	_ = os.Unsetenv(devenv.TestKubeconfigVariable)
	os.Exit(run(m))
}

func run(m *testing.M) (code int) {
	defer func() {
		if shared.installation == nil {
			return
		}
		if err := shared.installation.Stop(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
		if leaks := leakedInLogs(shared.installation); len(leaks) > 0 {
			fmt.Fprintln(os.Stderr, leaks)
			code = 1
		}
	}()
	return cluster.Run(m)
}

// grantor returns the running Grantor: one operator and two replicas, with the race
// detector, at the highest log level.
func grantor(t testing.TB) *installation.Installation {
	t.Helper()
	kube := cluster.Kube(t)
	shared.once.Do(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
		defer cancel()
		shared.installation, shared.err = installation.Start(ctx, kube, installation.Options{Race: true, Servers: 2})
	})
	if shared.err != nil {
		t.Fatalf("start Grantor: %v", shared.err)
	}
	return shared.installation
}

// namespace returns a namespace of the test's own.
func namespace(t testing.TB) string {
	t.Helper()
	return devenv.Namespace(t, cluster.Kube(t).Config)
}
