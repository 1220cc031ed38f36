// Package people tests how people sign in to applications: an authorization request, a
// browser, a code, and what the tokens are worth, at a running Grantor with a real API
// server.
package people

import (
	"os"
	"testing"

	"github.com/grantor-dev/grantor/test/installation"
)

var shared = installation.Shared{Servers: 3}

func TestMain(m *testing.M) { os.Exit(shared.Run(m)) }

// grantor returns the one Grantor that the tests of this package use.
func grantor(t testing.TB) *installation.Installation {
	t.Helper()
	return shared.Grantor(t)
}
