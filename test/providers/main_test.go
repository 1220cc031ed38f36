// Package providers tests what becomes of OAuthIdentityProviders and the Secrets that they
// name, seen from the cluster: which are accepted, what the server gets to read, which can be
// reached. It also tests what shutting OAuthUsers out does. Its cluster is its own, because it
// counts requests and shuts everybody out.
package providers

import (
	"flag"
	"os"
	"testing"

	"github.com/grantor-dev/grantor/test/installation"
)

// secrets are what no log, no status and no event may have.
const (
	clientSecret = "client-s3cret-8Zq1"
	bindPassword = "bind-p4ssword-3Kd7"
)

var shared installation.Shared

func TestMain(m *testing.M) {
	flag.Parse()
	// These tests wait for something nearly all of the time.
	_ = flag.Set("test.parallel", "12")
	os.Exit(shared.RunWithSecrets(m, clientSecret, bindPassword))
}
