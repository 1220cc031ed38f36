package oauthidentityprovider

import (
	"context"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/source"

	"github.com/grantor-dev/grantor/controllers/reconcile"
)

const (
	// again is how long an answer is used. After a failure the next try comes after firstRetry,
	// then after twice as long each time, up to again.
	again      = 10 * time.Minute
	firstRetry = 5 * time.Second
	// patience is the limit of one try.
	patience = 10 * time.Second
	// most is how many tries run at the same time.
	most = 4
)

// probes remember the results of reading the metadata of providers. Tries run in parallel to the
// reconciles, so that a provider that does not answer delays nothing. When a try ends, the
// namespace is reconciled again.
type probes struct {
	now func() time.Time

	mu    sync.Mutex
	run   context.Context
	queue workqueue.TypedRateLimitingInterface[ctrl.Request]
	known map[types.UID]*probe
	slots chan struct{}
}

var _ source.Source = (*probes)(nil)

// probe is what is known of one provider.
type probe struct {
	// of is the question: a change of the issuer, networks or authorities makes it a different
	// one.
	of        string
	namespace string
	running   bool
	// answered says that there was an answer, problem what was wrong with it.
	answered bool
	problem  *problem
	failures int
	next     time.Time
}

// question is one try.
type question struct {
	uid           types.UID
	namespace, of string
	ask           func(ctx context.Context) *problem
}

func newProbes(now func() time.Time) *probes {
	return &probes{now: now, known: map[types.UID]*probe{}, slots: make(chan struct{}, most)}
}

// Start implements source.Source.
func (p *probes) Start(ctx context.Context, queue workqueue.TypedRateLimitingInterface[ctrl.Request]) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.run, p.queue = ctx, queue
	return nil
}

// look returns what is known, and when to look again. It begins a try when one is due.
func (p *probes) look(q question) (answered bool, wrong *problem, next time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	one := p.known[q.uid]
	if one == nil || one.of != q.of {
		one = &probe{of: q.of, namespace: q.namespace}
		p.known[q.uid] = one
	}
	now := p.now()
	if !one.running && !now.Before(one.next) {
		one.running = true
		go p.try(p.run, one, q)
	}
	if one.running {
		return one.answered, one.problem, again
	}
	return one.answered, one.problem, one.next.Sub(now)
}

func (p *probes) try(ctx context.Context, one *probe, q question) {
	select {
	case p.slots <- struct{}{}:
	case <-ctx.Done():
		return
	}
	defer func() { <-p.slots }()
	bound, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	wrong := q.ask(bound)
	if ctx.Err() != nil {
		return
	}
	p.mu.Lock()
	one.running, one.answered, one.problem = false, true, wrong
	pause := again
	if one.failures++; wrong == nil {
		one.failures = 0
	} else if shift := one.failures - 1; shift < 7 {
		pause = min(firstRetry<<shift, again)
	}
	one.next = p.now().Add(pause)
	p.mu.Unlock()
	p.queue.Add(reconcile.InNamespace(q.namespace))
}

// keep forgets the providers of a namespace that are not among those that are there.
func (p *probes) keep(namespace string, there map[types.UID]bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for uid, one := range p.known {
		if one.namespace == namespace && !there[uid] {
			delete(p.known, uid)
		}
	}
}
