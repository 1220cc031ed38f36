// Package integration tests Grantor as its users meet it: programs that run as
// their ServiceAccounts, a real API server, HTTP, and client libraries that others
// wrote.
package integration

import (
	"flag"
	"os"
	"sync"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

var shared installation.Shared

func TestMain(m *testing.M) { os.Exit(shared.Run(m)) }

// systems makes these tests, which send bad input first of all, meet a server that also speaks
// as every other system.
var (
	systems  = flag.Bool("systems", false, "let the server have the paths of all other systems, too")
	speaking sync.Once
)

// grantor returns the one Grantor that the tests of this package use.
func grantor(t testing.TB) *installation.Installation {
	t.Helper()
	g := shared.Grantor(t)
	if *systems {
		speaking.Do(func() {
			g.ChangeServer(t, func(server *oauthv1alpha1.OAuthServer) {
				server.Spec.Compatibility = []oauthv1alpha1.CompatibilityProfile{
					oauthv1alpha1.CompatibilityCloudron, oauthv1alpha1.CompatibilityOwnCloud, oauthv1alpha1.CompatibilityGancio, oauthv1alpha1.CompatibilityCoder,
				}
			})
		})
	}
	return g
}

// namespace returns a namespace of the test's own.
func namespace(t testing.TB) string {
	t.Helper()
	return shared.Namespace(t)
}
