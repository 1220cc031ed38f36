package reconcile

import (
	"fmt"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/controller/priorityqueue"
	"sigs.k8s.io/controller-runtime/pkg/handler"
)

func request(namespace string, n int) ctrl.Request {
	return ctrl.Request{NamespacedName: types.NamespacedName{Namespace: namespace, Name: fmt.Sprint(n)}}
}

// newQueue returns a queue in which one namespace has many objects.
func newQueue(t *testing.T) priorityqueue.PriorityQueue[ctrl.Request] {
	t.Helper()
	q, ok := FairQueue("test", RateLimiter()).(priorityqueue.PriorityQueue[ctrl.Request])
	if !ok {
		t.Fatal("the controller makes no use of priorities")
	}
	t.Cleanup(q.ShutDown)
	for n := range 400 {
		q.Add(request("crowded", n))
	}
	return q
}

// before returns how many objects of others come before those of a namespace.
func before(q priorityqueue.PriorityQueue[ctrl.Request], namespace string) (others int) {
	for ; ; others++ {
		next, _, _ := q.GetWithPriority()
		q.Done(next)
		if next.Namespace == namespace {
			return others
		}
	}
}

func TestACrowdedNamespaceHoldsNoOtherBack(t *testing.T) {
	t.Parallel()
	tests := map[string]func(priorityqueue.PriorityQueue[ctrl.Request]){
		"a change": func(q priorityqueue.PriorityQueue[ctrl.Request]) { q.Add(request("small", 1)) },
		"a retry":  func(q priorityqueue.PriorityQueue[ctrl.Request]) { q.AddRateLimited(request("small", 1)) },
		"a repetition": func(q priorityqueue.PriorityQueue[ctrl.Request]) {
			q.AddAfter(request("small", 1), time.Millisecond)
		},
	}
	for name, add := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			q := newQueue(t)
			add(q)
			for q.Len() < 401 {
				time.Sleep(time.Millisecond)
			}
			if others := before(q, "small"); others > 1 {
				t.Errorf("%d objects of another namespace come first", others)
			}
		})
	}
}

// What exists already when the operator starts comes after what changes.
func TestChangesComeBeforeWhatIsOnlyListed(t *testing.T) {
	t.Parallel()
	q := FairQueue("test", RateLimiter()).(priorityqueue.PriorityQueue[ctrl.Request])
	t.Cleanup(q.ShutDown)
	low := handler.LowPriority
	q.AddWithOpts(priorityqueue.AddOpts{Priority: &low}, request("listed", 1))
	for n := range 400 {
		q.Add(request("crowded", n))
	}
	if others := before(q, "listed"); others != 400 {
		t.Errorf("it comes after %d changes", others)
	}
}

// A namespace that was crowded is as any other once its objects were handled.
func TestANamespaceIsForgottenOnceItsObjectsWereHandled(t *testing.T) {
	t.Parallel()
	q := newQueue(t)
	for range 400 {
		next, priority, _ := q.GetWithPriority()
		if priority != 0 {
			t.Fatalf("the controller would repeat it with priority %d", priority)
		}
		q.Done(next)
	}
	if left := len(q.(*fairQueue).queued); left != 0 {
		t.Errorf("%d namespaces are remembered", left)
	}
}
