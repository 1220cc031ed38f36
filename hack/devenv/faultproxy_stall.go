package devenv

import (
	"context"
	"net"
	"net/http"
)

// stall holds back what the API server answers to matching requests.
type stall struct {
	match func(RequestKey) bool
	over  chan struct{}
}

// Stall holds back every further byte of answers to matching requests, those
// already under way included, while connections stay open and healthy: so hangs
// a watch without a program noticing. A second call replaces the first.
func (p *FaultProxy) Stall(match func(RequestKey) bool) {
	p.replaceStall(&stall{match: match, over: make(chan struct{})})
}

// Resume ends a stall; what was held back is sent.
func (p *FaultProxy) Resume() { p.replaceStall(nil) }

func (p *FaultProxy) replaceStall(next *stall) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stall != nil {
		close(p.stall.over)
	}
	p.stall = next
}

// pause returns when no stall concerns the request any more.
func (p *FaultProxy) pause(ctx context.Context, key RequestKey) {
	for {
		p.mu.Lock()
		current := p.stall
		p.mu.Unlock()
		if current == nil || !current.match(key) {
			return
		}
		select {
		case <-current.over:
		case <-ctx.Done():
			return
		}
	}
}

// stallable is a ResponseWriter that a stall can hold.
type stallable struct {
	http.ResponseWriter
	proxy *FaultProxy
	key   RequestKey
	ctx   context.Context
}

// Write waits for the end of a stall first.
func (s *stallable) Write(content []byte) (int, error) {
	s.proxy.pause(s.ctx, s.key)
	return s.ResponseWriter.Write(content)
}

// Unwrap lets http.ResponseController flush.
func (s *stallable) Unwrap() http.ResponseWriter { return s.ResponseWriter }

// CloseConnections cuts all connections of clients, with everything in flight
// on them. New ones are accepted.
func (p *FaultProxy) CloseConnections() {
	p.mu.Lock()
	conns := p.conns
	p.conns = map[net.Conn]struct{}{}
	p.mu.Unlock()
	for conn := range conns {
		_ = conn.Close()
	}
}

func (p *FaultProxy) track(conn net.Conn, state http.ConnState) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch state {
	case http.StateNew:
		p.conns[conn] = struct{}{}
	case http.StateClosed, http.StateHijacked:
		delete(p.conns, conn)
	}
}
