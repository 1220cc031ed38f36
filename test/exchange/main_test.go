// Package exchange tests the exchange of tokens (RFC 8693): whose tokens are accepted, what
// the new ones say, and when they end, at a running Grantor with a real API server.
package exchange

import (
	"fmt"
	"os"
	"testing"

	"github.com/grantor-dev/grantor/test/installation"
)

var shared = installation.Shared{Servers: 2}

func TestMain(m *testing.M) {
	if err := ci.start(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(shared.Run(m))
}
