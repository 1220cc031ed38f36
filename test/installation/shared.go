package installation

import (
	"cmp"
	"context"
	"crypto/tls"
	"fmt"
	"net/http"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/go-logr/logr"
	ctrl "sigs.k8s.io/controller-runtime"

	"github.com/grantor-dev/grantor/hack/devenv"
)

// startBound covers building the programs.
const startBound = 10 * time.Minute

// Shared is the one Grantor that the tests of a package use: an operator and
// replicas at the highest log level, started by the first test that needs it.
type Shared struct {
	// TLS serves https, and makes http.DefaultTransport trust it.
	TLS bool
	// Servers is the number of replicas; default 2.
	Servers int
	// OperatorArgs are added to the operator's command line.
	OperatorArgs []string
	// Race runs the programs with the race detector, for tests of what they do at the
	// same time.
	Race bool

	cluster devenv.Shared

	once    sync.Once
	running *Installation
	err     error
}

// Run runs the tests and then ends the programs and the cluster. That is their own:
// another package's Grantor would give the one OAuthServer another issuer.
func (s *Shared) Run(m *testing.M) int {
	_ = os.Unsetenv(devenv.TestKubeconfigVariable)
	// controller-runtime's client complains of a program that sets none.
	ctrl.SetLogger(logr.Discard())
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
		options := Options{Race: s.Race, Servers: cmp.Or(s.Servers, 2), OperatorArgs: s.OperatorArgs}
		if s.TLS {
			if options.TLS, s.err = trusted(); s.err != nil {
				return
			}
		}
		s.running, s.err = Start(ctx, kube, options)
	})
	if s.err != nil {
		t.Fatalf("start Grantor: %v", s.err)
	}
	return s.running
}

// trusted returns a certificate that every client trusts which uses the default
// transport, as most libraries do.
func trusted() (*devenv.CA, error) {
	dir, err := os.MkdirTemp("", "grantor-test-ca-")
	if err != nil {
		return nil, fmt.Errorf("make a directory: %w", err)
	}
	ca, err := devenv.GenerateCA(dir)
	if err != nil {
		return nil, err
	}
	pool, err := ca.Pool()
	if err != nil {
		return nil, err
	}
	if transport, ok := http.DefaultTransport.(*http.Transport); ok {
		transport.TLSClientConfig = &tls.Config{RootCAs: pool}
	}
	return ca, nil
}

// Namespace returns a namespace of the test's own.
func (s *Shared) Namespace(t testing.TB) string {
	t.Helper()
	return devenv.Namespace(t, s.cluster.Kube(t).Config)
}
