// Package devices tests how users let devices and command lines in (RFC 8628): codes, pages,
// what a device is told and what it gets, at a running Grantor with a real API server.
package devices

import (
	"os"
	"testing"

	"github.com/grantor-dev/grantor/test/installation"
)

var shared = installation.Shared{Servers: 3, Race: true}

func TestMain(m *testing.M) { os.Exit(shared.Run(m)) }
