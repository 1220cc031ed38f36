package backchannel

import (
	"context"
	"sync"
)

const (
	// laneSize is how many notices of one namespace are kept at once, and laneWidth how
	// many of them are under way: a tenant whose applications hang delays its own.
	laneSize, laneWidth = 128, 4
	// allSize and allWidth are the same for all namespaces together.
	allSize, allWidth = 2048, 64
)

// lanes bounds the work for each namespace and for all.
type lanes struct {
	mu     sync.Mutex
	count  int
	byName map[string]*lane
	all    chan struct{}
}

type lane struct {
	count int
	slots chan struct{}
}

// enter reports whether there is room for one more notice.
func (l *lanes) enter(name string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.byName == nil {
		l.byName, l.all = map[string]*lane{}, make(chan struct{}, allWidth)
	}
	one := l.byName[name]
	if one == nil {
		one = &lane{slots: make(chan struct{}, laneWidth)}
	}
	if l.count >= allSize || one.count >= laneSize {
		return false
	}
	l.byName[name] = one
	l.count, one.count = l.count+1, one.count+1
	return true
}

// leave makes room again.
func (l *lanes) leave(name string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.count--
	if l.byName[name].count--; l.byName[name].count == 0 {
		delete(l.byName, name)
	}
}

// try does something when it is its turn in a lane that it has entered. It returns
// false if the time is up before.
func (l *lanes) try(ctx context.Context, name string, do func()) bool {
	l.mu.Lock()
	own := l.byName[name].slots
	l.mu.Unlock()
	// The lane first: a notice that waits for its lane does not keep others waiting.
	if !take(ctx, own) {
		return false
	}
	defer func() { <-own }()
	if !take(ctx, l.all) {
		return false
	}
	defer func() { <-l.all }()
	do()
	return true
}

func take(ctx context.Context, slots chan struct{}) bool {
	select {
	case slots <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}
