package oauthidentityprovider

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
)

// started returns probes whose clock is turned by hand, and their queue.
func started(t *testing.T) (*probes, *atomic.Int64, workqueue.TypedRateLimitingInterface[ctrl.Request]) {
	t.Helper()
	seconds := &atomic.Int64{}
	seconds.Store(1_000_000)
	p := newProbes(func() time.Time { return time.Unix(seconds.Load(), 0) })
	queue := workqueue.NewTypedRateLimitingQueue(workqueue.DefaultTypedControllerRateLimiter[ctrl.Request]())
	t.Cleanup(queue.ShutDown)
	if err := p.Start(t.Context(), queue); err != nil {
		t.Fatal(err)
	}
	return p, seconds, queue
}

// What failed is tried again after a while, longer each time, and what succeeded after ten
// minutes.
func TestWhenAProviderIsTriedAgain(t *testing.T) {
	p, seconds, queue := started(t)
	tries, fails := 0, true
	q := question{uid: "a", namespace: "system", of: "x", ask: func(context.Context) *problem {
		tries++
		if fails {
			return &problem{"ProviderUnavailable", "It is away."}
		}
		return nil
	}}
	if answered, wrong, _ := p.look(q); answered || wrong != nil {
		t.Error("something is known before anybody asked")
	}
	for n, want := range []int64{5, 10, 20, 40, 80, 160, 320, 600, 600} {
		if item, _ := queue.Get(); item.Namespace != "system" {
			t.Fatalf("%v is reconciled", item)
		} else {
			queue.Done(item)
		}
		answered, wrong, next := p.look(q)
		if !answered || wrong == nil || next != time.Duration(want)*time.Second || tries != n+1 {
			t.Errorf("after %d tries: %t, %v, next in %s", tries, answered, wrong, next)
		}
		seconds.Add(want - 1)
		p.look(q)
		if p.known["a"].running {
			t.Error("it is tried too early")
		}
		seconds.Add(1)
		fails = n < 8
		p.look(q)
	}
	item, _ := queue.Get()
	queue.Done(item)
	if answered, wrong, next := p.look(q); !answered || wrong != nil || next != again {
		t.Errorf("after a success: %t, %v, next in %s", answered, wrong, next)
	}
}

// Another question has another answer, and what is gone is forgotten.
func TestAnotherQuestion(t *testing.T) {
	p, _, queue := started(t)
	ask := func(wrong *problem) func(context.Context) *problem {
		return func(context.Context) *problem { return wrong }
	}
	for of, wrong := range map[string]*problem{"x": nil, "y": {"ProviderNotUsable", "No."}} {
		q := question{uid: "a", namespace: "system", of: of, ask: ask(wrong)}
		if answered, _, _ := p.look(q); answered {
			t.Errorf("the answer to %s is another question's", of)
		}
		item, _ := queue.Get()
		queue.Done(item)
		if answered, got, _ := p.look(q); !answered || (got == nil) != (wrong == nil) {
			t.Errorf("%s: %t, %v", of, answered, got)
		}
	}
	p.keep("other", nil)
	if len(p.known) != 1 {
		t.Error("another namespace makes it forget")
	}
	p.keep("system", map[types.UID]bool{"a": true})
	if len(p.known) != 1 {
		t.Error("what is there is forgotten")
	}
	if p.keep("system", nil); len(p.known) != 0 {
		t.Error("what is gone is remembered")
	}
}
