// Package lifecycle tests what becomes of a client and its Secret over time: what
// is written, repaired, rotated, refused and left alone, seen from the cluster and
// from every replica of the server. Its cluster is its own, because it counts
// requests, breaks keys and reads every log.
package lifecycle

import (
	"flag"
	"fmt"
	"os"
	"testing"

	"github.com/grantor-dev/grantor/test/installation"
)

// Three replicas show more than two what it means that each of them knows a secret.
var shared = installation.Shared{Servers: 3, Race: true}

func TestMain(m *testing.M) {
	flag.Parse()
	// What the API server warns of is no concern of these tests.
	// Most of these tests wait for something nearly all of the time.
	_ = flag.Set("test.parallel", "12")
	code := shared.Run(m)
	if running := shared.Running(); running != nil {
		if leaks := leakedInLogs(running); len(leaks) > 0 {
			fmt.Fprintln(os.Stderr, leaks)
			code = 1
		}
	}
	os.Exit(code)
}

// grantor returns the one Grantor that the tests of this package use.
func grantor(t testing.TB) *installation.Installation {
	t.Helper()
	return shared.Grantor(t)
}

// namespace returns a namespace of the test's own.
func namespace(t testing.TB) string {
	t.Helper()
	return shared.Namespace(t)
}
