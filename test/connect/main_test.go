// Package connect tests how people authorize OAuthTokens: the pages, what a provider sends back,
// and what the operator makes of it, at a running Grantor with a real API server and a strict
// provider.
package connect

import (
	"os"
	"testing"

	"github.com/grantor-dev/grantor/test/installation"
)

var shared = installation.Shared{Servers: 2, OperatorArgs: []string{"--outbound-networks=127.0.0.1/32"}}

func TestMain(m *testing.M) { os.Exit(shared.Run(m)) }
