package reconcile

import (
	"math/bits"
	"sync"
	"time"

	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/controller/priorityqueue"
	"sigs.k8s.io/controller-runtime/pkg/handler"
)

// FairQueue returns a queue in which a namespace with many objects does not hold back
// others: the more of its objects wait already, the lower is the priority of the next one.
// That of an object which is delayed is found when its time has come.
func FairQueue(name string, limiter workqueue.TypedRateLimiter[ctrl.Request]) workqueue.TypedRateLimitingInterface[ctrl.Request] {
	return newQueue(name, limiter, 0)
}

// SharedQueue returns FairQueue for reconciles that can take long: a namespace has a quarter
// of the workers at most, and one at least.
func SharedQueue(workers int) func(string, workqueue.TypedRateLimiter[ctrl.Request]) workqueue.TypedRateLimitingInterface[ctrl.Request] {
	return func(name string, limiter workqueue.TypedRateLimiter[ctrl.Request]) workqueue.TypedRateLimitingInterface[ctrl.Request] {
		return newQueue(name, limiter, max(workers/4, 1))
	}
}

func newQueue(name string, limiter workqueue.TypedRateLimiter[ctrl.Request], most int) *fairQueue {
	return &fairQueue{
		PriorityQueue: priorityqueue.New(name, func(o *priorityqueue.Opts[ctrl.Request]) { o.RateLimiter = limiter }),
		limiter:       limiter,
		delays:        delays{pending: map[ctrl.Request]*delay{}},
		shares:        shares{most: most, busy: map[string]int{}, held: map[string][]waiting{}},
		queued:        map[string]map[ctrl.Request]bool{},
	}
}

type fairQueue struct {
	priorityqueue.PriorityQueue[ctrl.Request]

	limiter workqueue.TypedRateLimiter[ctrl.Request]
	delays  delays
	shares  shares

	mu sync.Mutex
	// queued are the objects that wait, by namespace.
	queued map[string]map[ctrl.Request]bool
}

var _ priorityqueue.PriorityQueue[ctrl.Request] = (*fairQueue)(nil)

// Add implements workqueue.TypedInterface.
func (q *fairQueue) Add(item ctrl.Request) { q.AddWithOpts(priorityqueue.AddOpts{}, item) }

// AddAfter implements workqueue.TypedDelayingInterface.
func (q *fairQueue) AddAfter(item ctrl.Request, after time.Duration) {
	q.AddWithOpts(priorityqueue.AddOpts{After: after}, item)
}

// AddRateLimited implements workqueue.TypedRateLimitingInterface.
func (q *fairQueue) AddRateLimited(item ctrl.Request) {
	q.AddWithOpts(priorityqueue.AddOpts{RateLimited: true}, item)
}

// AddWithOpts implements priorityqueue.PriorityQueue.
func (q *fairQueue) AddWithOpts(o priorityqueue.AddOpts, items ...ctrl.Request) {
	given := 0
	if o.Priority != nil {
		given = *o.Priority
	}
	for _, item := range items {
		after := o.After
		if o.RateLimited {
			if limit := q.limiter.When(item); after == 0 || limit < after {
				after = limit
			}
		}
		if after > 0 {
			q.delays.add(item, after, given, func(priority int) { q.add(item, priority) })
			continue
		}
		q.delays.forget(item)
		q.add(item, given)
	}
}

// add adds an object whose time has come.
func (q *fairQueue) add(item ctrl.Request, given int) {
	priority := given - bits.Len(uint(q.ahead(item)))
	q.PriorityQueue.AddWithOpts(priorityqueue.AddOpts{Priority: &priority}, item)
}

// ahead returns how many other objects of its namespace wait before an object.
func (q *fairQueue) ahead(item ctrl.Request) int {
	q.mu.Lock()
	defer q.mu.Unlock()
	waiting := q.queued[item.Namespace]
	count := len(waiting)
	if waiting[item] {
		return count - 1
	}
	if waiting == nil {
		waiting = map[ctrl.Request]bool{}
		q.queued[item.Namespace] = waiting
	}
	waiting[item] = true
	return count
}

// Get implements workqueue.TypedInterface.
func (q *fairQueue) Get() (ctrl.Request, bool) {
	item, _, shutdown := q.GetWithPriority()
	return item, shutdown
}

// GetWithPriority implements priorityqueue.PriorityQueue. It returns the priority that was
// given, with which the controller repeats the object.
func (q *fairQueue) GetWithPriority() (ctrl.Request, int, bool) {
	for {
		item, priority, shutdown := q.PriorityQueue.GetWithPriority()
		if shutdown {
			return item, priority, true
		}
		q.remove(item)
		given := 0
		if priority <= handler.LowPriority {
			given = handler.LowPriority
		}
		if q.shares.take(item, given) {
			// What is reconciled now says itself when to come again.
			q.delays.forget(item)
			return item, given, false
		}
		q.PriorityQueue.Done(item)
	}
}

func (q *fairQueue) remove(item ctrl.Request) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if waiting := q.queued[item.Namespace]; waiting[item] {
		if delete(waiting, item); len(waiting) == 0 {
			delete(q.queued, item.Namespace)
		}
	}
}

// Done implements workqueue.TypedInterface.
func (q *fairQueue) Done(item ctrl.Request) {
	q.PriorityQueue.Done(item)
	if next, ok := q.shares.done(item); ok {
		q.add(next.item, next.priority)
	}
}

// Len implements workqueue.TypedInterface.
func (q *fairQueue) Len() int { return q.PriorityQueue.Len() + q.shares.len() }

// ShutDown implements workqueue.TypedInterface.
func (q *fairQueue) ShutDown() {
	q.delays.stop()
	q.PriorityQueue.ShutDown()
}

// ShutDownWithDrain implements workqueue.TypedInterface.
func (q *fairQueue) ShutDownWithDrain() { q.ShutDown() }
