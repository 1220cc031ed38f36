// Package factors tests second factors over HTTP: enrolling, signing in, what applications
// are told of it, and who does not get in, at three replicas with a real API server.
package factors

import (
	"os"
	"testing"

	"github.com/grantor-dev/grantor/test/installation"
)

var shared = installation.Shared{Servers: 3}

func TestMain(m *testing.M) { os.Exit(shared.Run(m)) }
