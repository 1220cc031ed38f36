package decided

import (
	"sync"
	"sync/atomic"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Value is what was decided. The zero Value has decided nothing.
type Value[V any] struct {
	// changes counts those of what it depends on.
	changes atomic.Uint64
	// present is what was last decided, making lets one request at a time decide.
	present atomic.Pointer[made[V]]
	making  sync.Mutex
}

// made is what was decided after a number of changes.
type made[V any] struct {
	changes uint64
	value   *V
}

// Changed makes the next Get decide anew.
func (d *Value[V]) Changed() { d.changes.Add(1) }

// Hear is told of a change of an object, and calls Changed if that can matter.
func (d *Value[V]) Hear(old, present any) {
	if !Same(old, present) {
		d.Changed()
	}
}

// Version returns another number after each Changed.
func (d *Value[V]) Version() uint64 { return d.changes.Load() }

// Get returns what decide returns, which must not be changed. While nothing changes, it takes two
// loads and no lock.
func (d *Value[V]) Get(decide func() *V) *V {
	if known := d.known(); known != nil {
		return known
	}
	d.making.Lock()
	defer d.making.Unlock()
	if known := d.known(); known != nil {
		return known
	}
	fresh := &made[V]{changes: d.changes.Load()}
	fresh.value = decide()
	d.present.Store(fresh)
	return fresh.value
}

func (d *Value[V]) known() *V {
	if known := d.present.Load(); known != nil && known.changes == d.changes.Load() {
		return known.value
	}
	return nil
}

// Same reports whether two versions of an object have the same spec, and are both deleted or
// both not: labels and statuses decide nothing.
func Same(old, present any) bool {
	was, ok := old.(metav1.Object)
	is, also := present.(metav1.Object)
	return ok && also && was.GetUID() == is.GetUID() && was.GetGeneration() == is.GetGeneration() &&
		(was.GetDeletionTimestamp() == nil) == (is.GetDeletionTimestamp() == nil)
}
