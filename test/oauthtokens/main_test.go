// Package oauthtokens tests how access tokens are kept in Secrets. It runs the reconciler in
// its own process, with a clock that it turns, against a real API server and providers that
// rotate refresh tokens; it kills it after every write and every answer, and lets two work at
// once.
package oauthtokens

import (
	"os"
	"testing"

	"github.com/go-logr/logr"
	ctrl "sigs.k8s.io/controller-runtime"

	"github.com/grantor-dev/grantor/hack/devenv"
)

// cluster has no operator: the tests have their own.
var cluster devenv.Shared

func TestMain(m *testing.M) {
	// controller-runtime's client complains of a program that sets none.
	ctrl.SetLogger(logr.Discard())
	os.Exit(cluster.Run(m))
}
