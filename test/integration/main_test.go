// Package integration tests Grantor as its users meet it: programs that run as
// their ServiceAccounts, a real API server, HTTP, and client libraries that others
// wrote.
package integration

import (
	"os"
	"testing"

	"github.com/grantor-dev/grantor/test/installation"
)

var shared installation.Shared

func TestMain(m *testing.M) { os.Exit(shared.Run(m)) }

// grantor returns the one Grantor that the tests of this package use.
func grantor(t testing.TB) *installation.Installation {
	t.Helper()
	return shared.Grantor(t)
}

// namespace returns a namespace of the test's own.
func namespace(t testing.TB) string {
	t.Helper()
	return shared.Namespace(t)
}
