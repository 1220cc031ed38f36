// Package dpop tests tokens that are bound to a key (RFC 9449): what needs a proof, and what
// each proof gets, at a running Grantor with a real API server.
package dpop

import (
	"os"
	"testing"

	"github.com/grantor-dev/grantor/test/installation"
)

var shared = installation.Shared{Servers: 3, Race: true}

func TestMain(m *testing.M) { os.Exit(shared.Run(m)) }
