// Package installed tests OAuthTokens with the operator and the servers as they are
// installed: tokens of an OAuthClient, and of another provider.
package installed

import (
	"os"
	"testing"

	"github.com/grantor-dev/grantor/test/installation"
)

// The provider of the tests is at a loopback address.
var shared = installation.Shared{Servers: 1, OperatorArgs: []string{"--outbound-networks=127.0.0.0/8"}}

func TestMain(m *testing.M) { os.Exit(shared.Run(m)) }
