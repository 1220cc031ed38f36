package places

import (
	"context"
	"sync"
	"time"
)

// Places are those of any number of servers, each of which has as many.
type Places struct {
	many int
	wait time.Duration

	mu sync.Mutex
	of map[string]chan struct{}
}

// New returns Places of which each server has some, and for which callers wait for some time.
func New(many int, wait time.Duration) *Places {
	return &Places{many: many, wait: wait, of: map[string]chan struct{}{}}
}

// Enter takes a place at a server, and returns how to leave it. It reports whether there was one
// in time. The names of servers must be few: none is forgotten.
func (p *Places) Enter(ctx context.Context, server string) (leave func(), ok bool) {
	place := p.at(server)
	late := time.NewTimer(p.wait)
	defer late.Stop()
	select {
	case place <- struct{}{}:
		return func() { <-place }, true
	case <-late.C:
	case <-ctx.Done():
	}
	return nil, false
}

func (p *Places) at(server string) chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.of[server] == nil {
		p.of[server] = make(chan struct{}, p.many)
	}
	return p.of[server]
}
