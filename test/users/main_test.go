// Package users tests what becomes of OAuthUsers and the Secrets with their
// passwords, seen from the cluster: who is accepted, what the server gets to read,
// what is repaired and what is left alone. Its cluster is its own, because it kills
// the operator and counts requests.
package users

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/grantor-dev/grantor/test/installation"
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

// leakedInLogs returns the logs that hold a hash, or a part of one.
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
		for _, part := range []string{"not-a-hash", "lghAb1Liy89jOx23el9xRw", argonKey, "q4Zq0nq2m6Yl0aQ1o3Xh9", bcryptKey} {
			if bytes.Contains(content, []byte(part)) {
				leaks = append(leaks, fmt.Sprintf("%s holds %q", file, part))
			}
		}
	}
	return leaks
}
