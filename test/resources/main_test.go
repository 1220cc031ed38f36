// Package resources tests protected resources: who owns an identifier, who may ask for it,
// what tokens for it say, and its metadata, at a running Grantor with a real API server.
package resources

import (
	"os"
	"testing"

	"github.com/grantor-dev/grantor/test/installation"
)

var shared installation.Shared

func TestMain(m *testing.M) { os.Exit(shared.Run(m)) }
