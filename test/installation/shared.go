package installation

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/hack/devenv"
)

// startBound covers building the programs with the race detector.
const startBound = 10 * time.Minute

// Shared is the one Grantor that the tests of a package use: an operator and
// replicas, with the race detector, at the highest log level, started by the first
// test that needs it.
type Shared struct {
	// Servers is the number of replicas; default 2.
	Servers int

	cluster devenv.Shared

	once    sync.Once
	running *Installation
	err     error
}

// Run runs the tests and then ends the programs and the cluster.
func (s *Shared) Run(m *testing.M) int {
	code := s.cluster.Run(m)
	if s.running != nil {
		if err := s.running.Stop(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	return code
}

// Running returns what was started, nil if no test needed it.
func (s *Shared) Running() *Installation { return s.running }

// Grantor returns the running Grantor, and fails the test where there is none.
func (s *Shared) Grantor(t testing.TB) *Installation {
	t.Helper()
	kube := s.cluster.Kube(t)
	s.once.Do(func() {
		ctx, cancel := context.WithTimeout(context.Background(), startBound)
		defer cancel()
		s.running, s.err = Start(ctx, kube, Options{Race: true, Servers: cmp.Or(s.Servers, 2)})
	})
	if s.err != nil {
		t.Fatalf("start Grantor: %v", s.err)
	}
	return s.running
}

// Namespace returns a namespace of the test's own.
func (s *Shared) Namespace(t testing.TB) string {
	t.Helper()
	return devenv.Namespace(t, s.cluster.Kube(t).Config)
}
