package applications

import (
	"flag"
	"os"
	"testing"

	"github.com/grantor-dev/grantor/test/installation"
)

var shared = installation.Shared{TLS: true, Servers: 1}

func TestMain(m *testing.M) {
	flag.Parse()
	// Each is a program that takes a second to start.
	_ = flag.Set("test.parallel", "4")
	os.Exit(shared.Run(m))
}
