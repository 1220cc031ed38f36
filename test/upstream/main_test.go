// Package upstream tests how users of OpenID providers sign in, and what becomes of them when
// the provider says something else: at a running Grantor with a real API server, providers that
// others wrote, a second Grantor, and one that lies (test/openidprovider).
package upstream

import (
	"os"
	"testing"

	"github.com/grantor-dev/grantor/test/installation"
)

var shared = installation.Shared{Servers: 3}

func TestMain(m *testing.M) { os.Exit(shared.Run(m)) }
