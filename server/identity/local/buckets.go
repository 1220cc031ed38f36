package local

import (
	"container/list"
	"time"
)

// budget is how many failures are allowed at once, and how long one takes to be
// forgotten.
type budget struct {
	burst int
	every time.Duration
}

// buckets count failures of many keys against one budget. It holds at most max
// keys and forgets those that failed longest ago. It is not safe for concurrent
// use.
type buckets struct {
	budget budget
	max    int
	byKey  map[uint64]*list.Element
	// order has the key that failed last in front.
	order *list.List
}

// bucket is full of failures until a time, as in the generic cell rate algorithm:
// each one adds budget.every to it.
type bucket struct {
	key   uint64
	until time.Time
}

func newBuckets(b budget, most int) *buckets {
	return &buckets{budget: b, max: most, byKey: map[uint64]*list.Element{}, order: list.New()}
}

// wait returns how long it is until the key may fail again; 0 if it may now.
func (b *buckets) wait(key uint64, now time.Time) time.Duration {
	if found := b.get(key); found != nil {
		capacity := time.Duration(b.budget.burst) * b.budget.every
		return max(found.until.Add(b.budget.every).Sub(now)-capacity, 0)
	}
	return 0
}

// add counts a failure.
func (b *buckets) add(key uint64, now time.Time) {
	element, ok := b.byKey[key]
	if !ok {
		if b.order.Len() >= b.max {
			b.remove(b.order.Back())
		}
		element = b.order.PushFront(&bucket{key: key, until: now})
		b.byKey[key] = element
	}
	b.order.MoveToFront(element)
	if found, ok := element.Value.(*bucket); ok {
		if found.until.Before(now) {
			found.until = now
		}
		found.until = found.until.Add(b.budget.every)
	}
}

// takeBack undoes add.
func (b *buckets) takeBack(key uint64) {
	if found := b.get(key); found != nil {
		found.until = found.until.Add(-b.budget.every)
	}
}

func (b *buckets) get(key uint64) *bucket {
	element, ok := b.byKey[key]
	if !ok {
		return nil
	}
	found, _ := element.Value.(*bucket)
	return found
}

func (b *buckets) remove(element *list.Element) {
	if found, ok := b.order.Remove(element).(*bucket); ok {
		delete(b.byKey, found.key)
	}
}
