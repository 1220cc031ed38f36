// Package providers tests what becomes of OAuthIdentityProviders and the Secrets that they
// name, seen from the cluster: which are accepted, what the server gets to read, which can be
// reached. It also tests what shutting OAuthUsers out does. Its cluster is its own, because it
// counts requests and shuts everybody out.
package providers

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
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
	code := shared.Run(m)
	if running := shared.Running(); running != nil {
		for _, leak := range leakedInLogs(running) {
			fmt.Fprintln(os.Stderr, leak)
			code = 1
		}
	}
	os.Exit(code)
}

// leakedInLogs returns the logs that hold a secret.
func leakedInLogs(g *installation.Installation) []string {
	files, err := filepath.Glob(filepath.Join(g.Dir, "*.log"))
	if err != nil || len(files) == 0 {
		return []string{fmt.Sprintf("no logs in %s: %v", g.Dir, err)}
	}
	var leaks []string
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			return []string{err.Error()}
		}
		for _, secret := range []string{clientSecret, bindPassword} {
			if bytes.Contains(content, []byte(secret)) {
				leaks = append(leaks, fmt.Sprintf("%s holds %q", file, secret))
			}
		}
	}
	return leaks
}
