// Package integration tests Grantor as its users meet it: programs that run as
// their ServiceAccounts, a real API server, HTTP, and client libraries that others
// wrote.
package integration

import (
	"context"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

var cluster devenv.Shared

// shared is the one Grantor that the tests of this package use.
var shared struct {
	once         sync.Once
	installation *installation.Installation
	err          error
}

func TestMain(m *testing.M) {
	code := cluster.Run(m)
	if shared.installation != nil {
		if err := shared.installation.Stop(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

// grantor returns the running Grantor: one operator and two replicas, with the race
// detector, at the highest log level.
func grantor(t testing.TB) *installation.Installation {
	t.Helper()
	kube := cluster.Kube(t)
	shared.once.Do(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
		defer cancel()
		shared.installation, shared.err = installation.Start(ctx, kube, installation.Options{Race: true, Servers: 2})
	})
	if shared.err != nil {
		t.Fatalf("start Grantor: %v", shared.err)
	}
	return shared.installation
}
