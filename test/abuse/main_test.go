// Package abuse lets a tenant, a user and an unauthenticated caller do what they can to a
// running Grantor, and watches an application that has nothing to do with them. As part of
// all tests it is small, and checks what does not depend on the speed of the machine;
// `make abuse` does more, and measures (docs/design/testing.md).
package abuse

import (
	"flag"
	"os"
	"testing"

	"github.com/go-logr/logr"
	ctrl "sigs.k8s.io/controller-runtime"

	"github.com/grantor-dev/grantor/hack/devenv"
)

var (
	full = flag.Bool("full", false, "as much abuse as is promised to be harmless, with bounds for latency and memory")
	only = flag.String("only", "", "the `name` of the one abuse to try")

	cluster devenv.Shared
)

func TestMain(m *testing.M) {
	ctrl.SetLogger(logr.Discard())
	_ = os.Unsetenv(devenv.TestKubeconfigVariable)
	flag.Parse()
	os.Exit(cluster.Run(m))
}
