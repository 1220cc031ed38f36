package faults

import (
	"context"
	"fmt"
	"net/http"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// second starts another operator, and ends it with the test.
func (g *grantor) second(t *testing.T, account devenv.ServiceAccountOptions) *devenv.Program {
	t.Helper()
	plain := g.Operator.Options().Binary
	program, err := g.operatorOf(t.Context(), plain, account)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := program.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return program
}

// TestD15PausedOperatorWakesUp stops an operator (SIGSTOP) before each of its first writes
// of a rotation. Another one takes over, and what the first one writes when it wakes up is
// refused: there is one new secret, and it is what the API server keeps.
func TestD15PausedOperatorWakesUp(t *testing.T) {
	g := startBroken(t)
	ns := namespace(t)
	h := record(t, g, ns)
	t.Cleanup(func() { _ = g.Operator.Signal(syscall.SIGCONT) })
	for n := 1; n <= 2; n++ {
		c := create(t, g, installation.Service(ns, fmt.Sprintf("paused-%d", n)))
		settled(t, g, c, func() bool { return true })
		before, at := g.Value(t, c), make(chan struct{})
		awake := make(chan struct{})
		var writes atomic.Int64
		g.proxy.SetHook(within(ns, devenv.When(credentialWrite, func(w http.ResponseWriter, r *http.Request, forward http.Handler) {
			if writes.Add(1) == int64(n) {
				if err := g.Operator.Signal(syscall.SIGSTOP); err != nil {
					t.Error(err)
				}
				close(at)
				<-awake
			}
			forward.ServeHTTP(w, r)
		})))
		rotate(t, g, c, time.Now().Add(-time.Duration(n)*time.Hour))
		select {
		case <-at:
		case <-time.After(convergence):
			t.Fatalf("a rotation has no write %d", n)
		}
		beside := g.second(t, devenv.ServiceAccountOptions{})
		settled(t, g, c, func() bool { return g.Value(t, c) != before })
		now := g.Value(t, c)
		sent := writes.Load()
		if err := g.Operator.Signal(syscall.SIGCONT); err != nil {
			t.Fatal(err)
		}
		close(awake)
		// It is awake when it does what another change asks for.
		if err := beside.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
		deleteSecret(t, g, c)
		settled(t, g, c, func() bool { return secretExists(t, g, c) && g.Value(t, c) != now && writes.Load() > sent })
		if values := h.of(t, g, c); len(values) != 3 {
			t.Errorf("one rotation and one lost Secret gave %d values", len(values)-1)
		}
		g.proxy.SetHook(nil)
	}
}

// TestD11OperatorSeesThePast starts an operator at an API server that is behind: it does not
// see a Secret that is there, or a rotation that is done. It does neither once more.
func TestD11OperatorSeesThePast(t *testing.T) {
	g := startBroken(t)
	ns := namespace(t)
	h := record(t, g, ns)
	rotated := create(t, g, installation.Service(ns, "rotated"))
	settled(t, g, rotated, func() bool { return true })
	before := g.Value(t, rotated)
	if err := g.Operator.Kill(); err != nil {
		t.Fatal(err)
	}
	fresh := create(t, g, installation.Service(ns, "fresh"))
	rotate(t, g, rotated, time.Now())
	past := reload(t, g, rotated).ResourceVersion
	g.heal(t)
	settled(t, g, fresh, func() bool { return secretExists(t, g, fresh) })
	settled(t, g, rotated, func() bool { return g.Value(t, rotated) != before })
	if err := g.Operator.Kill(); err != nil {
		t.Fatal(err)
	}
	proxy, err := devenv.StartFaultProxy(g.Kube.Config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = proxy.Close() })
	var tries atomic.Int64
	proxy.SetHook(func(r *http.Request) devenv.Fault {
		about := devenv.DescribeRequest(r)
		if about.Namespace == ns && about.Verb != "list" && about.Verb != "watch" {
			tries.Add(1)
		}
		return behind(r, about.Verb, past)
	})
	g.second(t, proxy.Account())
	installation.Eventually(t, convergence, func() bool { return tries.Load() >= 4 }, func() string { return "four requests of an operator that sees the past" })
	if values := h.of(t, g, fresh); len(values) != 1 {
		t.Errorf("a Secret that was there had %d values", len(values))
	}
	if values := h.of(t, g, rotated); len(values) != 2 {
		t.Errorf("one rotation gave %d values", len(values)-1)
	}
}

// behind lets lists be what they were at a resource version, and watches hang.
func behind(r *http.Request, verb, past string) devenv.Fault {
	query := r.URL.Query()
	switch {
	case verb == "watch" && query.Get("sendInitialEvents") != "":
		// It is a list, for which clients then ask.
		return devenv.Refuse(http.StatusUnprocessableEntity, metav1.StatusReasonInvalid, "no")
	case verb == "watch":
		return devenv.Hang()
	case verb == "list" && query.Get("continue") == "":
		query.Set("resourceVersion", past)
		query.Set("resourceVersionMatch", "Exact")
		r.URL.RawQuery = query.Encode()
	}
	return nil
}
