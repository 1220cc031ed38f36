package browser

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

var shared installation.Shared

func TestMain(m *testing.M) { os.Exit(shared.Run(m)) }

// grantor returns the one Grantor that the tests of this package use.
func grantor(t testing.TB) *installation.Installation {
	t.Helper()
	return shared.Grantor(t)
}

// screenshots is where pictures of the pages are written to, for people.
func screenshots(t testing.TB) string {
	t.Helper()
	root, err := devenv.RepoRoot()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(root, ".local", "screenshots")
}
