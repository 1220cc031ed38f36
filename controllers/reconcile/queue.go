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
func FairQueue(name string, limiter workqueue.TypedRateLimiter[ctrl.Request]) workqueue.TypedRateLimitingInterface[ctrl.Request] {
	return &fairQueue{
		PriorityQueue: priorityqueue.New(name, func(o *priorityqueue.Opts[ctrl.Request]) { o.RateLimiter = limiter }),
		queued:        map[string]map[ctrl.Request]bool{},
	}
}

type fairQueue struct {
	priorityqueue.PriorityQueue[ctrl.Request]

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
		ahead := q.ahead(item, o.After > 0 || o.RateLimited)
		priority := given - bits.Len(uint(ahead))
		o.Priority = &priority
		q.PriorityQueue.AddWithOpts(o, item)
	}
}

// ahead returns how many other objects of its namespace wait before an object. One that
// is delayed does not wait: its time may come in days.
func (q *fairQueue) ahead(item ctrl.Request, delayed bool) int {
	q.mu.Lock()
	defer q.mu.Unlock()
	waiting := q.queued[item.Namespace]
	count := len(waiting)
	if waiting[item] {
		return count - 1
	}
	if !delayed {
		if waiting == nil {
			waiting = map[ctrl.Request]bool{}
			q.queued[item.Namespace] = waiting
		}
		waiting[item] = true
	}
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
	item, priority, shutdown := q.PriorityQueue.GetWithPriority()
	q.mu.Lock()
	defer q.mu.Unlock()
	if waiting := q.queued[item.Namespace]; waiting[item] {
		if delete(waiting, item); len(waiting) == 0 {
			delete(q.queued, item.Namespace)
		}
	}
	given := 0
	if priority <= handler.LowPriority {
		given = handler.LowPriority
	}
	return item, given, shutdown
}
