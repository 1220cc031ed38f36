package httpx

import (
	"net"
	"net/http"
	"sync"
	"time"
)

// Connections bounds how many connections a server has. For a new one, the one that has
// been idle for longest is closed; if none is idle, the new one is.
type Connections struct {
	most int

	mu sync.Mutex
	// idle says of each connection since when it is idle, zero while it is not.
	idle map[net.Conn]time.Time
}

// NewConnections returns a bound for connections.
func NewConnections(most int) *Connections {
	return &Connections{most: most, idle: map[net.Conn]time.Time{}}
}

// Changed is the ConnState of an http.Server.
func (c *Connections) Changed(conn net.Conn, state http.ConnState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch state {
	case http.StateNew:
		if len(c.idle) >= c.most && !c.closeIdle() {
			_ = conn.Close()
			return
		}
		c.idle[conn] = time.Time{}
	case http.StateIdle:
		c.mark(conn, time.Now())
	case http.StateActive:
		c.mark(conn, time.Time{})
	case http.StateClosed, http.StateHijacked:
		delete(c.idle, conn)
	}
}

func (c *Connections) mark(conn net.Conn, since time.Time) {
	if _, ok := c.idle[conn]; ok {
		c.idle[conn] = since
	}
}

// closeIdle closes the connection that has been idle for longest, and reports whether
// there was one.
func (c *Connections) closeIdle() bool {
	var oldest net.Conn
	for conn, since := range c.idle {
		if !since.IsZero() && (oldest == nil || since.Before(c.idle[oldest])) {
			oldest = conn
		}
	}
	if oldest == nil {
		return false
	}
	delete(c.idle, oldest)
	go func() { _ = oldest.Close() }() // with TLS it sends an alert, which may take a while
	return true
}
