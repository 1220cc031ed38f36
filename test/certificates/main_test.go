// Package certificates tests what certificates of clients are worth (RFC 8705): in the header
// of a proxy, with the proxies of Debian, and as what tokens are bound to. Which certificate
// is a client's is for test/assertions.
package certificates

import (
	"os"
	"testing"

	"github.com/grantor-dev/grantor/test/installation"
)

var shared = installation.Shared{Servers: 1, Race: true}

func TestMain(m *testing.M) { os.Exit(shared.Run(m)) }
