package watch

import (
	"sync"
	"sync/atomic"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Derived is a value that is made of objects, and made again after they have changed. The zero
// value is ready for use.
type Derived[T any] struct {
	// epoch counts the changes.
	epoch atomic.Uint64
	// present is what was made last, making lets one request at a time make it.
	present atomic.Pointer[made[T]]
	making  sync.Mutex
}

// made is a value that was made at an epoch.
type made[T any] struct {
	epoch uint64
	value T
}

// Changed says that the objects have changed.
func (d *Derived[T]) Changed() { d.epoch.Add(1) }

// Version returns another number whenever the value may have changed.
func (d *Derived[T]) Version() uint64 { return d.epoch.Load() }

// Get returns the value, and calls create if it has to be made. While nothing changes, it takes
// two loads and no lock.
func (d *Derived[T]) Get(create func() T) T {
	if known := d.current(); known != nil {
		return known.value
	}
	d.making.Lock()
	defer d.making.Unlock()
	if known := d.current(); known != nil {
		return known.value
	}
	// A change from here on is noticed: the value then belongs to an earlier epoch.
	epoch := d.epoch.Load()
	fresh := &made[T]{epoch, create()}
	d.present.Store(fresh)
	return fresh.value
}

// current returns what was made, nil if objects have changed since.
func (d *Derived[T]) current() *made[T] {
	if known := d.present.Load(); known != nil && known.epoch == d.epoch.Load() {
		return known
	}
	return nil
}

// SameSpec reports whether two versions of an object differ neither in their specs nor in
// whether it is being deleted: labels and statuses do not count.
func SameSpec(old, present any) bool {
	was, ok := old.(metav1.Object)
	is, also := present.(metav1.Object)
	return ok && also && was.GetUID() == is.GetUID() && was.GetGeneration() == is.GetGeneration() &&
		(was.GetDeletionTimestamp() == nil) == (is.GetDeletionTimestamp() == nil)
}
