package listeners

import (
	"context"
	"net"
	"net/http"
	"sync"
	"time"
)

// Connections bounds how many connections a server has, and knows what they do.
type Connections struct {
	most int

	mu   sync.Mutex
	open map[net.Conn]*connection
}

// connection is what a connection does, and since when it does nothing.
type connection struct {
	state http.ConnState
	idle  time.Time
}

// NewConnections returns a bound for connections. For a new one beyond it, the one that has
// been idle for longest is closed; if none is idle, the new one is.
func NewConnections(most int) *Connections {
	return &Connections{most: most, open: map[net.Conn]*connection{}}
}

// Changed is the ConnState of an http.Server.
func (c *Connections) Changed(conn net.Conn, state http.ConnState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch state {
	case http.StateNew:
		if len(c.open) >= c.most && !c.closeIdle() {
			_ = conn.Close()
			return
		}
		c.open[conn] = &connection{}
	case http.StateActive, http.StateIdle:
		// One that was closed for another one may still change.
		now := c.open[conn]
		if now == nil {
			return
		}
		if now.state = state; state == http.StateIdle {
			now.idle = time.Now()
		}
	case http.StateClosed, http.StateHijacked:
		delete(c.open, conn)
	}
}

// closeIdle closes the connection that has been idle for longest, and reports whether
// there was one.
func (c *Connections) closeIdle() bool {
	var oldest net.Conn
	for conn, now := range c.open {
		if now.state == http.StateIdle && (oldest == nil || now.idle.Before(c.open[oldest].idle)) {
			oldest = conn
		}
	}
	if oldest == nil {
		return false
	}
	delete(c.open, oldest)
	go func() { _ = oldest.Close() }() // with TLS it sends an alert, which may take a while
	return true
}

// Unread returns how many connections were accepted whose first request was not read yet.
func (c *Connections) Unread() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	unread := 0
	for _, now := range c.open {
		if now.state == http.StateNew {
			unread++
		}
	}
	return unread
}

// AwaitRead returns once there are none of Unread, for so long that the last one has
// reached its handler: http.Server.Shutdown closes them without an answer. Those that stay
// silent end by the timeout for headers. The server accepts no more of them.
func (c *Connections) AwaitRead(ctx context.Context) {
	pace := time.NewTicker(50 * time.Millisecond)
	defer pace.Stop()
	for quiet := 0; quiet < 2; {
		select {
		case <-pace.C:
		case <-ctx.Done():
			return
		}
		if quiet++; c.Unread() > 0 {
			quiet = 0
		}
	}
}
