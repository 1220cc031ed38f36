// Package deployment tests what the operator makes of spec.deployment of an
// OAuthServer, at a real API server: which objects there are, who owns what in them,
// and what becomes of them when the spec, a person or a patch changes them. There is
// no kubelet, so the tests themselves say that replicas are ready.
package deployment

import (
	"flag"
	"os"
	"testing"

	"github.com/grantor-dev/grantor/test/installation"
)

const image = "registry.example.com/grantor:test"

// gatewayCRD lets a person run the test with the CRD of a release of the Gateway API.
var gatewayCRD = flag.String("gateway-crd", "", "file with the CRD of HTTPRoutes, instead of the short one")

var shared = installation.Shared{Servers: 1, OperatorArgs: []string{"--server-image", image}}

func TestMain(m *testing.M) {
	flag.Parse()
	// Most of these tests wait for something nearly all of the time.
	_ = flag.Set("test.parallel", "12")
	os.Exit(shared.Run(m))
}
