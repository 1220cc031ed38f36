// Package crashes kills operators that replace tokens, after every write and every answer,
// and lets two work at once, against a real API server and providers that rotate refresh
// tokens.
package crashes

import (
	"os"
	"testing"

	"github.com/grantor-dev/grantor/hack/devenv"
)

// cluster has no operator: the tests have their own.
var cluster devenv.Shared

func TestMain(m *testing.M) { os.Exit(cluster.Run(m)) }
