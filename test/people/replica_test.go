package people

import (
	"testing"

	"github.com/grantor-dev/grantor/hack/devenv"
)

// another starts one more replica for a test that would be in the way of others, and
// returns its URL.
func another(t testing.TB, args ...string) *devenv.Program {
	t.Helper()
	return grantor(t).StartReplica(t, devenv.ServerSettings{Args: args})
}
