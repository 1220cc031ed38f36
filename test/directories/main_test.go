package directories

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
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
	code := shared.Run(m)
	if running := shared.Running(); running != nil {
		for _, leak := range leakedInLogs(running) {
			fmt.Fprintln(os.Stderr, leak)
			code = 1
		}
	}
	return code
}

// leakedInLogs returns the logs that hold a secret.
func leakedInLogs(g *installation.Installation) (leaks []string) {
	files, err := filepath.Glob(filepath.Join(g.Dir, "*.log"))
	if err != nil || len(files) == 0 {
		return []string{fmt.Sprintf("no logs in %s: %v", g.Dir, err)}
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			return []string{err.Error()}
		}
		for _, secret := range []string{slapd.ReaderPassword, "ada-password", "bert-password", githubSecret, githubToken, githubCode} {
			if bytes.Contains(content, []byte(secret)) {
				leaks = append(leaks, fmt.Sprintf("%s holds %q", file, secret))
			}
		}
	}
	return leaks
}
