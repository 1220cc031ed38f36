package abuse

import (
	"context"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// field is where the abuse happens.
type field struct {
	*installation.Installation
	neutral *neutral
	tenant  *tenant
	// home is the namespace of the neutral application.
	home string
}

func newField(t *testing.T) *field {
	t.Helper()
	kube := cluster.Kube(t)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	// Without the race detector, with which neither time nor memory says anything, and with
	// the log of a usual installation.
	g, err := installation.Start(ctx, kube, installation.Options{Servers: 2, LogLevel: "info"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := g.Stop(); err != nil {
			t.Error(err)
		}
	})
	f := &field{Installation: g, tenant: newTenant(t, g), home: devenv.Namespace(t, kube.Config)}
	f.neutral = newNeutral(t, g, f.home)
	f.signUsersIn(t)
	return f
}

// number returns how many there are of something: few as one of all tests.
func number(few, many int) int {
	if *full {
		return many
	}
	return few
}

// repeat calls do with rising numbers: some times as one of all tests, else at a rate for
// ten seconds; as often as it goes if that is 0.
func repeat(times, perSecond int, do func(n int)) {
	if !*full {
		for n := range times {
			do(n)
		}
		return
	}
	pause := time.Nanosecond
	if perSecond > 0 {
		pause = time.Second / time.Duration(perSecond)
	}
	ticker := time.NewTicker(pause)
	defer ticker.Stop()
	for n, end := 0, time.Now().Add(10*time.Second); time.Now().Before(end); n++ {
		do(n)
		<-ticker.C
	}
}

// measured is what happened while something was done.
type measured struct {
	experience
	memory
	effort
}

// during lets the neutral application work while something is done, and for a moment more.
func (f *field) during(t *testing.T, do func()) measured {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var m measured
	before := f.effortSoFar(t)
	var group sync.WaitGroup
	group.Go(func() { m.experience = f.neutral.work(ctx, number(15, 40)) })
	group.Go(func() { m.memory = watchMemory(ctx, t, f.Installation) })
	do()
	time.Sleep(time.Duration(number(1, 3)) * time.Second)
	cancel()
	group.Wait()
	m.effort = f.effortSoFar(t).since(before)
	return m
}

// alone measures without any abuse.
func (f *field) alone(t *testing.T) measured {
	t.Helper()
	return f.during(t, func() { time.Sleep(time.Duration(number(1, 8)) * time.Second) })
}

// signUsersIn lets each server hash passwords as it does every day: the memory of the last
// hashes stays a while, and is no abuse.
func (f *field) signUsersIn(t *testing.T) {
	t.Helper()
	for _, replica := range f.neutral.replicas {
		for range 10 {
			knownBrowser(t, replica, "127.0.0.1", "alice")
		}
	}
}

// restart starts all programs anew, so that none remembers what was done to it.
func (f *field) restart(t *testing.T) {
	t.Helper()
	for _, program := range append([]*devenv.Program{f.Operator}, f.Servers...) {
		if err := program.Restart(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	f.signUsersIn(t)
}

// clear deletes what the tenant has made.
func (f *field) clear(t *testing.T) {
	t.Helper()
	in := client.InNamespace(f.tenant.namespace)
	if err := f.Admin.DeleteAllOf(t.Context(), &corev1.ConfigMap{}, in); err != nil {
		t.Fatal(err)
	}
	if err := f.Admin.DeleteAllOf(t.Context(), &oauthv1alpha1.OAuthClient{}, in); err != nil {
		t.Fatal(err)
	}
	left := &oauthv1alpha1.OAuthClientList{}
	installation.Eventually(t, 5*time.Minute, func() bool {
		if err := f.Admin.List(t.Context(), left, in); err != nil {
			t.Fatal(err)
		}
		return len(left.Items) == 0
	}, func() string { return "empty namespace of the tenant" })
}
