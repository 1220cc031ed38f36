//go:build e2e

package e2e

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

const (
	readyLimit = 2 * time.Second
	servers    = "app.kubernetes.io/name=grantor-server"
	operators  = "app.kubernetes.io/name=grantor-operator"
)

func (s *story) rollingRestart(t *testing.T) {
	s.underLoad(t, func() {
		before := s.pods(t, servers)
		s.kubectl(t, "rollout", "restart", "-n", "grantor-system", "deployment/default-oauth")
		s.kubectl(t, "rollout", "status", "-n", "grantor-system", "deployment/default-oauth", "--timeout=2m")
		s.awaitGone(t, before)
	})
}

func (s *story) deleteReplica(t *testing.T) {
	s.underLoad(t, func() {
		gone := s.pods(t, servers)[:1]
		s.kubectl(t, "delete", "pod", "-n", "grantor-system", gone[0], "--wait=false")
		s.awaitGone(t, gone)
		s.kubectl(t, "rollout", "status", "-n", "grantor-system", "deployment/default-oauth", "--timeout=2m")
	})
}

func (s *story) restartKubelet(t *testing.T) {
	s.underLoad(t, func() {
		before := s.processes(t, "kubelet")
		if len(before) != 1 {
			t.Fatalf("%d kubelets run", len(before))
		}
		if err := syscall.Kill(before[0], syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		eventually(t, "another kubelet", func(context.Context) error {
			if now := s.processes(t, "kubelet"); len(now) != 1 || now[0] == before[0] {
				return fmt.Errorf("kubelets: %v", now)
			}
			return nil
		})
		// One that works brings up a pod.
		gone := s.pods(t, servers)[:1]
		s.kubectl(t, "delete", "pod", "-n", "grantor-system", gone[0], "--wait=false")
		s.awaitGone(t, gone)
		s.kubectl(t, "rollout", "status", "-n", "grantor-system", "deployment/default-oauth", "--timeout=2m")
	})
}

// killEverything shows that the load is able to fail.
func (s *story) killEverything(t *testing.T) {
	s.steadyLoad(t)
	for _, pid := range s.processes(t, "/grantor", "server") {
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
	}
	eventually(t, "a failed request", func(ctx context.Context) error {
		r, err := s.report(ctx)
		if err == nil && (r.Refused+r.Failed == 0 || r.FailedTwice == 0) {
			err = fmt.Errorf("the load reports %+v", r)
		}
		return err
	})
	s.kubectl(t, "wait", "-n", "grantor-system", "oauthserver/default", "--for=condition=Ready", "--timeout=1m")
}

// startToReady deletes a replica and an operator and measures how long the
// processes of the next ones take until they say that they are ready.
func (s *story) startToReady(t *testing.T) {
	for name, program := range map[string]struct{ label, argument string }{
		"server":   {servers, "server"},
		"operator": {operators, "operator"},
	} {
		before := s.pods(t, program.label)
		known := s.processes(t, "/grantor", program.argument)
		s.kubectl(t, "delete", "pod", "-n", "grantor-system", before[0], "--wait=false")
		took, err := s.measureStart(t, program.label, before, known, program.argument)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		t.Logf("%s: ready %s after its process started", name, took.Round(10*time.Millisecond))
		if took > readyLimit {
			t.Errorf("that is more than %s", readyLimit)
		}
		s.awaitGone(t, before[:1])
	}
}

func (s *story) measureStart(t *testing.T, label string, before []string, known []int, argument string) (time.Duration, error) {
	t.Helper()
	var address string
	eventually(t, "a new pod", func(ctx context.Context) error {
		lines, err := s.tryKubectl(ctx, "get", "pods", "-n", "grantor-system", "-l", label, "-o", `jsonpath={range .items[*]}{.metadata.name} {.status.podIP}{"\n"}{end}`)
		for line := range strings.Lines(lines) {
			if name, ip, _ := strings.Cut(strings.TrimSpace(line), " "); !slices.Contains(before, name) && ip != "" {
				address = ip
				return nil
			}
		}
		return errors.Join(err, errors.New("there is none"))
	})
	eventually(t, "it to be ready", func(ctx context.Context) error {
		response, err := s.get(ctx, "http://"+address+":8081/readyz")
		if err == nil && response != "200 OK" {
			err = errors.New(response)
		}
		return err
	})
	ready := time.Now()
	for _, pid := range s.processes(t, "/grantor", argument) {
		if !slices.Contains(known, pid) {
			since, err := startOf(pid)
			return ready.Sub(since), err
		}
	}
	return 0, errors.New("its process is not found")
}

// pods are the names of those with a label that are not about to go.
func (s *story) pods(t testing.TB, label string) []string {
	t.Helper()
	return strings.Fields(s.kubectl(t, "get", "pods", "-n", "grantor-system", "-l", label, "-o",
		`go-template={{range .items}}{{if not .metadata.deletionTimestamp}}{{.metadata.name}}{{"\n"}}{{end}}{{end}}`))
}

// awaitNone waits until no pod has the label.
func (s *story) awaitNone(t testing.TB, label string) {
	t.Helper()
	eventually(t, "pods to be gone", func(ctx context.Context) error {
		left, err := s.tryKubectl(ctx, "get", "pods", "-n", "grantor-system", "-l", label, "-o", "name")
		if err == nil && left != "" {
			err = errors.New(left)
		}
		return err
	})
}

func (s *story) awaitGone(t testing.TB, pods []string) {
	t.Helper()
	for _, pod := range pods {
		s.kubectl(t, "wait", "-n", "grantor-system", "pod/"+pod, "--for=delete", "--timeout=2m")
	}
}
