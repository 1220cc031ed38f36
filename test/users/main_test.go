// Package users tests what becomes of OAuthUsers and the Secrets with their
// passwords, seen from the cluster: who is accepted, what the server gets to read,
// what is repaired and what is left alone. Its cluster is its own, because it kills
// the operator and counts requests.
package users

import (
	"flag"
	"os"
	"testing"

	"github.com/grantor-dev/grantor/test/installation"
)

var shared installation.Shared

func TestMain(m *testing.M) {
	flag.Parse()
	// These tests wait for something nearly all of the time.
	_ = flag.Set("test.parallel", "12")
	os.Exit(shared.RunWithSecrets(m, "not-a-hash", "lghAb1Liy89jOx23el9xRw", argonKey, "q4Zq0nq2m6Yl0aQ1o3Xh9", bcryptKey))
}
