package reconcile

import (
	"sync"
	"time"

	ctrl "sigs.k8s.io/controller-runtime"
)

// delays are objects whose time has not come.
type delays struct {
	mu      sync.Mutex
	pending map[ctrl.Request]*delay
	stopped bool
}

// delay is one of them.
type delay struct {
	timer *time.Timer
	due   time.Time
	// priority is the one that was given.
	priority int
}

// add lets due be called when the time of an object has come. The earliest time and the
// highest priority that were asked for count.
func (d *delays) add(item ctrl.Request, after time.Duration, priority int, due func(priority int)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	at := time.Now().Add(after)
	if old := d.pending[item]; old != nil {
		if priority = max(priority, old.priority); !at.Before(old.due) {
			old.priority = priority
			return
		}
		old.timer.Stop()
	}
	if d.stopped {
		return
	}
	next := &delay{due: at, priority: priority}
	next.timer = time.AfterFunc(after, func() {
		if d.take(item, next) {
			due(next.priority)
		}
	})
	d.pending[item] = next
}

// take reports whether a delay counts still, and forgets it.
func (d *delays) take(item ctrl.Request, one *delay) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.pending[item] != one {
		return false
	}
	delete(d.pending, item)
	return true
}

// forget forgets an object that is added at once.
func (d *delays) forget(item ctrl.Request) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if old := d.pending[item]; old != nil {
		old.timer.Stop()
		delete(d.pending, item)
	}
}

// stop forgets all.
func (d *delays) stop() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.stopped = true
	for _, old := range d.pending {
		old.timer.Stop()
	}
	clear(d.pending)
}
