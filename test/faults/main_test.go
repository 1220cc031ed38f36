// Package faults tests Grantor against crashes and an API server that refuses,
// drops, delays, forgets and hangs. Its cluster is its own, and it starts and kills
// its operators itself.
package faults

import (
	"context"
	"flag"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/go-logr/logr"
	ctrl "sigs.k8s.io/controller-runtime"

	"github.com/grantor-dev/grantor/hack/devenv"
)

var cluster devenv.Shared

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
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		for _, stop := range shared.stop {
			if err := stop(ctx); err != nil {
				fmt.Fprintln(os.Stderr, err)
				code = 1
			}
		}
	}()
	return cluster.Run(m)
}
