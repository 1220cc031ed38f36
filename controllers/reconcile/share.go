package reconcile

import (
	"slices"
	"sync"

	ctrl "sigs.k8s.io/controller-runtime"
)

// shares bound how many objects of a namespace are reconciled at once.
type shares struct {
	// most is the bound; zero is none.
	most int

	mu   sync.Mutex
	busy map[string]int
	// held are objects of namespaces that are at the bound, in the order in which they came.
	held map[string][]waiting
}

// waiting is an object with the priority that was given.
type waiting struct {
	item     ctrl.Request
	priority int
}

// take reports whether an object may be reconciled now; otherwise it is held.
func (s *shares) take(item ctrl.Request, priority int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	name := item.Namespace
	if s.most == 0 || s.busy[name] < s.most {
		s.busy[name]++
		return true
	}
	if !slices.ContainsFunc(s.held[name], func(w waiting) bool { return w.item == item }) {
		s.held[name] = append(s.held[name], waiting{item, priority})
	}
	return false
}

// done ends the reconcile of an object, and returns a held one that may be tried now.
func (s *shares) done(item ctrl.Request) (next waiting, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	name := item.Namespace
	if s.busy[name]--; s.busy[name] <= 0 {
		delete(s.busy, name)
	}
	held := s.held[name]
	if len(held) == 0 {
		return waiting{}, false
	}
	if next = held[0]; len(held) == 1 {
		delete(s.held, name)
	} else {
		s.held[name] = held[1:]
	}
	return next, true
}

// len returns how many objects are held.
func (s *shares) len() (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, held := range s.held {
		n += len(held)
	}
	return n
}
