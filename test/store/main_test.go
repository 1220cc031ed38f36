// Package store tests what the authorization server keeps, at a real API server and as
// the server's ServiceAccount: that a step is done once, even if others try it at the
// same time, and that what could not be done is called so.
package store

import (
	"os"
	"testing"

	"github.com/grantor-dev/grantor/hack/devenv"
)

var cluster devenv.Shared

func TestMain(m *testing.M) { os.Exit(cluster.Run(m)) }
