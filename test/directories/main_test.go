package directories

import (
	"fmt"
	"os"
	"testing"

	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
	"github.com/grantor-dev/grantor/test/slapd"
)

var (
	shared = installation.Shared{Servers: 2}
	// trusted is the certificate of a directory that the replicas trust.
	trusted *devenv.CA
)

func TestMain(m *testing.M) { os.Exit(run(m)) }

// run makes the replicas trust an authority, as OAuthServer.spec.outbound.caRef does.
func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "grantor-test-authority-")
	if err == nil {
		defer func() { _ = os.RemoveAll(dir) }()
		trusted, err = devenv.GenerateCA(dir)
	}
	if err == nil {
		err = os.Setenv("SSL_CERT_FILE", trusted.CAFile)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return shared.RunWithSecrets(m, slapd.ReaderPassword, "ada-password", "bert-password", githubSecret, githubToken, githubCode)
}
