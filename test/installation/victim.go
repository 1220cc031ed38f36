package installation

import (
	"net/http"
	"runtime"
	"testing"

	"github.com/grantor-dev/grantor/hack/devenv"
)

// Victim is a replica that is killed around a write.
type Victim struct {
	// Proxy is between the replica and the API server.
	Proxy   *devenv.FaultProxy
	Program *devenv.Program
}

// Die lets the replica be killed before or after the first of some writes that a request leads
// to, and starts it again. The request gets a test that it cannot fail.
func (v Victim) Die(t testing.TB, when string, writes func(devenv.RequestKey) bool, request func(testing.TB)) {
	t.Helper()
	kill := func() { _ = v.Program.Kill() }
	hook := devenv.CrashAfter(1, writes, kill)
	if when == "before" {
		hook = devenv.When(writes, func(w http.ResponseWriter, r *http.Request, forward http.Handler) {
			kill()
			devenv.Drop()(w, r, forward)
		})
	}
	v.Proxy.SetHook(hook)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		request(unanswered{t})
		t.Error("the request was answered")
	}()
	<-ended
	<-v.Program.Done()
	v.Proxy.SetHook(nil)
	if err := v.Program.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// unanswered is a test that ends its goroutine, and does not fail, when a request gets no
// answer.
type unanswered struct{ testing.TB }

// Fatalf ends the goroutine.
func (unanswered) Fatalf(string, ...any) { runtime.Goexit() }

// Fatal ends the goroutine.
func (unanswered) Fatal(...any) { runtime.Goexit() }
