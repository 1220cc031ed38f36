// Package gate tests what the gate answers to proxies: as programs that speak their protocols
// ask, and with nginx of Debian and the piece that the guide has for it.
package gate

import (
	"os"
	"testing"

	"github.com/grantor-dev/grantor/test/installation"
)

var shared = installation.Shared{Servers: 1}

func TestMain(m *testing.M) { os.Exit(shared.Run(m)) }
