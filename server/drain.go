package server

import (
	"context"
	"net"
	"net/http"
	"sync"
	"time"
)

// unreadConnections are those that were accepted and whose first request was not read yet.
// http.Server.Shutdown closes such a connection without an answer.
type unreadConnections struct {
	mu    sync.Mutex
	conns map[net.Conn]struct{}
}

// track is the ConnState of an http.Server.
func (u *unreadConnections) track(conn net.Conn, state http.ConnState) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if state != http.StateNew {
		delete(u.conns, conn)
		return
	}
	if u.conns == nil {
		u.conns = map[net.Conn]struct{}{}
	}
	u.conns[conn] = struct{}{}
}

func (u *unreadConnections) none() bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	return len(u.conns) == 0
}

// wait returns once there are none, for so long that the last one has reached its handler.
// Silent ones end by the timeout for headers.
func (u *unreadConnections) wait(ctx context.Context) {
	pace := time.NewTicker(50 * time.Millisecond)
	defer pace.Stop()
	for quiet := 0; quiet < 2; {
		select {
		case <-pace.C:
		case <-ctx.Done():
			return
		}
		if quiet++; !u.none() {
			quiet = 0
		}
	}
}
