// Package registrations tests clients that register themselves and become OAuthClients: who may
// register what where, that the same request finds the same client, that no secret is stored,
// and how clients manage their registration, at a running Grantor with a real API server.
package registrations

import (
	"os"
	"testing"

	"github.com/grantor-dev/grantor/test/installation"
)

var shared = installation.Shared{Servers: 3}

func TestMain(m *testing.M) { os.Exit(shared.Run(m)) }
