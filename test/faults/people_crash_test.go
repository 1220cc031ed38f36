package faults

import (
	"net/http"
	"runtime"
	"testing"

	"github.com/grantor-dev/grantor/hack/devenv"
)

// A replica is killed before the write of a step, and once more between the write
// and its answer. What it leaves is all or nothing, and the same request, once more,
// ends well.
func TestD16ReplicaIsKilledAroundAWrite(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	scope, scopes := "openid", []string{"profile", "email"}
	for i, when := range []string{"before", "after"} {
		scope += " " + scopes[i]
		for _, name := range sortedKeys(steps) {
			if !steps[name].writes {
				continue
			}
			t.Run(when+" the write of "+name, func(t *testing.T) {
				witness := c.tokens(t, c.person(t, "openid offline_access"), "openid offline_access")
				try := steps[name].prepare(t, c, scope)
				c.die(t, when, func() { try.do(unanswered{t}) })
				answer := try.do(t)
				if name == "redeem" && when == "after" {
					// The code was used, and nobody knows the tokens.
					mustBeRefused(t, "redeeming once more", answer)
				} else {
					try.done(t, answer)
				}
				again := c.Refresh(t, witness.refresh, nil)
				mustSucceed(t, "refreshing what was acknowledged", again)
				c.mustCount(t, pairOf(again), true)
			})
		}
	}
}

// die lets the replica be killed at the next write that a request leads to, and
// starts it again.
func (c *counter) die(t *testing.T, when string, request func()) {
	t.Helper()
	kill := func() { _ = c.program.Kill() }
	hook := devenv.CrashAfter(1, sessionWrites, kill)
	if when == "before" {
		hook = devenv.When(sessionWrites, func(w http.ResponseWriter, r *http.Request, forward http.Handler) {
			kill()
			devenv.Drop()(w, r, forward)
		})
	}
	c.proxy.SetHook(hook)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		request()
		t.Error("the request was answered")
	}()
	<-ended
	<-c.program.Done()
	c.proxy.SetHook(nil)
	if err := c.program.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// unanswered is a test that ends its goroutine, and does not fail, when a request
// gets no answer.
type unanswered struct{ testing.TB }

// Fatalf ends the goroutine.
func (unanswered) Fatalf(string, ...any) { runtime.Goexit() }

// Fatal ends the goroutine.
func (unanswered) Fatal(...any) { runtime.Goexit() }
