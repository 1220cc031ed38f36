// Package mcp signs users in to MCP servers with the MCP TypeScript SDK, unmodified, at a
// running Grantor with a real API server. The MCP servers are the program of the guide.
package mcp

import (
	"fmt"
	"os"
	"testing"

	"github.com/grantor-dev/grantor/test/installation"
)

var shared = installation.Shared{Servers: 2}

func TestMain(m *testing.M) {
	if err := authority.start(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(shared.Run(m))
}
