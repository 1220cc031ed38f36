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

// crowdedQueue returns a queue in which one namespace has many objects.
func crowdedQueue(t *testing.T) priorityqueue.PriorityQueue[ctrl.Request] {
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
			q := crowdedQueue(t)
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
	q := crowdedQueue(t)
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

// All objects that come by time are as those that change.
func TestACrowdOfRepetitionsHoldsNoOtherBack(t *testing.T) {
	t.Parallel()
	for name, delayed := range map[string]priorityqueue.AddOpts{"a repetition": {After: time.Millisecond}, "a retry": {RateLimited: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			q := FairQueue("test", RateLimiter()).(priorityqueue.PriorityQueue[ctrl.Request])
			t.Cleanup(q.ShutDown)
			for n := range 400 {
				q.AddWithOpts(delayed, request("crowded", n))
			}
			for q.Len() < 400 {
				time.Sleep(time.Millisecond)
			}
			q.AddWithOpts(delayed, request("small", 1))
			for q.Len() < 401 {
				time.Sleep(time.Millisecond)
			}
			if others := before(q, "small"); others > 1 {
				t.Errorf("%d objects of another namespace come first", others)
			}
		})
	}
}

// An object that comes at once comes once, and an earlier time replaces a later one.
func TestAnObjectIsDelayedOnce(t *testing.T) {
	t.Parallel()
	q := FairQueue("test", RateLimiter()).(*fairQueue)
	t.Cleanup(q.ShutDown)
	q.AddAfter(request("a", 1), time.Hour)
	q.AddAfter(request("a", 1), time.Millisecond)
	next, _ := q.Get()
	q.AddAfter(next, time.Hour)
	q.Add(next)
	q.Done(next)
	if next, _ = q.Get(); next != request("a", 1) || len(q.delays.pending) != 0 {
		t.Errorf("%v comes, and %d are delayed", next, len(q.delays.pending))
	}
}

// Reconciles that take long leave workers to other namespaces, and none is forgotten.
func TestANamespaceHasAShareOfTheWorkers(t *testing.T) {
	t.Parallel()
	q := SharedQueue(8)("test", RateLimiter()).(*fairQueue)
	t.Cleanup(q.ShutDown)
	for n := range 20 {
		q.Add(request("crowded", n))
	}
	first, _ := q.Get()
	second, _ := q.Get()
	q.Add(request("small", 1))
	if third, _ := q.Get(); first.Namespace != "crowded" || second.Namespace != "crowded" || third.Namespace != "small" {
		t.Fatalf("%v, %v and %v come at once", first, second, third)
	}
	seen := map[ctrl.Request]bool{first: true, second: true}
	q.Done(first)
	for range 18 {
		next, _ := q.Get()
		seen[next] = true
		q.Done(next)
	}
	if len(seen) != 20 || q.Len() != 0 {
		t.Errorf("%d of 20 came, %d wait", len(seen), q.Len())
	}
}
