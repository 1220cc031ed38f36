package reconcile

import (
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/types"
)

// Pace spaces what the objects of one namespace cost the API server: a namespace with
// thousands of new objects waits, others do not. The costs are in a unit of the caller's. All
// times are of one clock that does not jump: after a jump back, objects would wait for that long.
type Pace struct {
	// burst is the time in which a namespace works off what it may cost at once, unit that
	// for a cost of one.
	burst, unit time.Duration

	mu sync.Mutex
	// spent is when a namespace has worked off its cost, as in the generic cell rate
	// algorithm.
	spent map[string]time.Time
	turns map[types.NamespacedName]turn
	// sweepAt is how many namespaces are kept before those are forgotten that owe nothing.
	sweepAt int
}

// turn is when an object may cost what it does.
type turn struct {
	at   time.Time
	took time.Duration
}

// NewPace returns a Pace by which a namespace may cost burst at once and perSecond after that.
func NewPace(burst, perSecond int) *Pace {
	unit := time.Second / time.Duration(perSecond)
	return &Pace{burst: time.Duration(burst) * unit, unit: unit, spent: map[string]time.Time{}, turns: map[types.NamespacedName]turn{}}
}

// Wait returns how long an object has to wait. Until Done or Forget, another call for the same
// object adds no cost.
func (p *Pace) Wait(object types.NamespacedName, cost int, now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	its, known := p.turns[object]
	if !known {
		its.took = time.Duration(cost) * p.unit
		its.at = p.spend(object.Namespace, its.took, now).Add(-p.burst)
		p.turns[object] = its
	}
	return max(0, its.at.Sub(now))
}

// Done says that an object has cost what it does.
func (p *Pace) Done(object types.NamespacedName) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.turns, object)
}

// Forget says that an object which may still wait will cost nothing. Those that wait behind it
// keep their turns; the next new one comes earlier.
func (p *Pace) Forget(object types.NamespacedName, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if its, known := p.turns[object]; known && its.at.After(now) {
		p.spent[object.Namespace] = p.spent[object.Namespace].Add(-its.took)
	}
	delete(p.turns, object)
}

// spend adds to what a namespace costs, and returns when all of it is worked off.
func (p *Pace) spend(namespace string, took time.Duration, now time.Time) time.Time {
	if len(p.spent) >= p.sweepAt {
		for name, until := range p.spent {
			if until.Before(now) {
				delete(p.spent, name)
			}
		}
		p.sweepAt = 2*len(p.spent) + 64
	}
	until := p.spent[namespace]
	if until.Before(now) {
		until = now
	}
	until = until.Add(took)
	p.spent[namespace] = until
	return until
}
