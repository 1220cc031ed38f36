// Package tenants tests what policies let clients of other namespaces do, and what
// namespaces cannot do to each other, at a running Grantor with a real API server. Its
// OAuthServer has a restricted scope and a short catalogue of audiences.
package tenants

import (
	"flag"
	"os"
	"sync"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

const (
	restricted = "admin"
	catalogued = "https://api.example"
)

var (
	shared    installation.Shared
	catalogue sync.Once
)

func TestMain(m *testing.M) {
	flag.Parse()
	// What the API server warns of is no concern of these tests.
	// Most of these tests wait for something nearly all of the time.
	_ = flag.Set("test.parallel", "6")
	os.Exit(shared.Run(m))
}

// grantor returns the one Grantor that the tests of this package use.
func grantor(t testing.TB) *installation.Installation {
	t.Helper()
	g := shared.Grantor(t)
	catalogue.Do(func() {
		server := &oauthv1alpha1.OAuthServer{}
		server.Namespace, server.Name = devenv.SystemNamespace, devenv.ServerName
		edit(t, g, server, func(s *oauthv1alpha1.OAuthServer) {
			s.Spec.Audiences = []oauthv1alpha1.AudienceDefinition{{Name: catalogued}}
			s.Spec.Scopes = append(s.Spec.Scopes, oauthv1alpha1.ScopeDefinition{Name: restricted, Restricted: true})
		})
	})
	return g
}
