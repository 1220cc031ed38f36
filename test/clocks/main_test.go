// Package clocks runs replicas of the server in its own process, whose clocks it turns and
// whose API server it disturbs: what is issued, refreshed and refused must not depend on
// which replica's clock is wrong, or on what fails.
package clocks

import (
	"os"
	"testing"

	"github.com/grantor-dev/grantor/test/installation"
)

var shared = installation.Shared{Servers: 1, OperatorArgs: []string{"--leader-elect=false"}}

func TestMain(m *testing.M) { os.Exit(shared.Run(m)) }
