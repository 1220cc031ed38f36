package observability

import (
	"flag"
	"os"
	"testing"

	"github.com/grantor-dev/grantor/test/installation"
)

var shared = installation.Shared{Servers: 2, TLS: true, OperatorArgs: []string{"--sweep-interval", "1s", "--outbound-networks=127.0.0.0/8"}}

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(shared.Run(m))
}
