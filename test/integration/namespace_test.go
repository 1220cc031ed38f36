package integration

import (
	"testing"

	"github.com/grantor-dev/grantor/hack/devenv"
)

// namespace returns a namespace of the test's own.
func namespace(t testing.TB) string {
	t.Helper()
	return devenv.Namespace(t, cluster.Kube(t).Config)
}
