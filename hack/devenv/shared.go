package devenv

import (
	"context"
	"os"
	"sync"
	"testing"
	"time"
)

// TestKubeconfigVariable names the kubeconfig of the cluster that all test
// binaries of one run share; hack/dev sets it.
const TestKubeconfigVariable = "GRANTOR_TEST_KUBECONFIG"

// testStartBound covers installing; building localkube has its own bound.
const testStartBound = localkubeBuildBound + 5*time.Minute

// Shared is the cluster of one test binary, with CRDs and RBAC installed: the
// one that GRANTOR_TEST_KUBECONFIG names, or else an ephemeral one of its own,
// started by the first test that needs it. A test package declares one and
// wraps its tests with it:
//
//	var cluster devenv.Shared
//
//	func TestMain(m *testing.M) { os.Exit(cluster.Run(m)) }
type Shared struct {
	once sync.Once
	kube *Kube
	err  error
}

// Run runs the tests and then stops the cluster, if one was started.
func (s *Shared) Run(m *testing.M) (code int) {
	defer func() {
		if s.kube == nil {
			return
		}
		if err := s.kube.Stop(); err != nil {
			_, _ = os.Stderr.WriteString(err.Error() + "\n")
		}
	}()
	return m.Run()
}

// Kube returns the cluster, and fails the test where there is none.
func (s *Shared) Kube(t testing.TB) *Kube {
	t.Helper()
	s.once.Do(func() {
		s.kube, s.err = startForTests(KubeOptions{Kubeconfig: os.Getenv(TestKubeconfigVariable)})
	})
	if s.err != nil {
		t.Fatalf("the cluster of this test binary: %v", s.err)
	}
	return s.kube
}

// OwnKube starts a cluster for one test alone, with CRDs and RBAC installed,
// for tests that restart it, count its requests or own its one operator.
func OwnKube(t testing.TB, changes ...func(*KubeOptions)) *Kube {
	t.Helper()
	options := KubeOptions{Say: func(line string) { t.Log(line) }}
	for _, change := range changes {
		change(&options)
	}
	kube, err := startForTests(options)
	if err != nil {
		t.Fatalf("a cluster of its own: %v", err)
	}
	t.Cleanup(func() {
		if err := kube.Stop(); err != nil {
			t.Error(err)
		}
	})
	return kube
}

func startForTests(o KubeOptions) (*Kube, error) {
	ctx, cancel := context.WithTimeout(context.Background(), testStartBound)
	defer cancel()
	root, err := RepoRoot()
	if err != nil {
		return nil, err
	}
	if o.Kubeconfig == "" && os.Getenv(AssetsVariable) == "" {
		if o.Store, err = installedStore(ctx, root); err != nil {
			return nil, err
		}
	}
	kube, err := StartKube(ctx, o)
	if err != nil {
		return nil, err
	}
	if o.Store != "" {
		err = awaitInstalled(ctx, kube.Config)
	} else {
		err = Install(ctx, kube.Config, root, InstallOptions{})
	}
	if err != nil {
		_ = kube.Stop()
		return nil, SeeLog(err, kube.LogFile)
	}
	return kube, nil
}
