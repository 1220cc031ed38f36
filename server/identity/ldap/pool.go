package ldap

import (
	"context"
	"sync"
	"time"

	"github.com/go-ldap/ldap/v3"
)

const (
	// connections is how many there are at most at once to a directory.
	connections = 4
	// forRechecks is how many more there are for rechecks, so that users who sign in do not
	// delay these.
	forRechecks = 2
	// idle is after what time a connection that nobody uses is closed.
	idle = 30 * time.Second
)

// pool has connections that are bound as the account that searches.
type pool struct {
	to    target
	slots chan struct{}

	mu   sync.Mutex
	free []*pooled
}

// pooled is a connection that nobody uses.
type pooled struct {
	*connection
	expiry *time.Timer
}

func newPool(to target, many int) *pool {
	return &pool{to: to, slots: make(chan struct{}, many)}
}

// with calls f with a connection. It calls it once more with a new one if the one that it had
// was used before and is lost: the directory may have closed it.
func (p *pool) with(ctx context.Context, f func(*ldap.Conn) error) error {
	if err := p.enter(ctx); err != nil {
		return err
	}
	defer func() { <-p.slots }()
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	if c := p.take(); c != nil {
		err := c.during(ctx, f)
		if !lost(err) || ctx.Err() != nil {
			p.put(c, err)
			return failure(ctx, whatSearch, err)
		}
		c.close()
	}
	c, err := p.connect(ctx)
	if err != nil {
		return err
	}
	err = c.during(ctx, p.to.bindAsReader)
	if err != nil {
		c.close()
		return failure(ctx, "bind as bindDN", err)
	}
	err = c.during(ctx, f)
	p.put(c, err)
	return failure(ctx, whatSearch, err)
}

// tryPassword binds as a user on a separate connection.
func (p *pool) tryPassword(ctx context.Context, dn, password string) error {
	if err := p.enter(ctx); err != nil {
		return err
	}
	defer func() { <-p.slots }()
	c, err := p.connect(ctx)
	if err != nil {
		return err
	}
	defer c.close()
	if err := c.during(ctx, func(c *ldap.Conn) error { return c.Bind(dn, password) }); err != nil {
		return refusal(ctx, err)
	}
	return nil
}

// enter waits until fewer connections are in use than may be.
func (p *pool) enter(ctx context.Context) error {
	select {
	case p.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return failure(ctx, whatWait, ctx.Err())
	}
}

// connect returns a new connection, for which one that nobody uses may have to go.
func (p *pool) connect(ctx context.Context) (*connection, error) {
	p.mu.Lock()
	if len(p.free) > 0 && len(p.slots)+len(p.free) > cap(p.slots) {
		oldest := p.free[0]
		p.free = p.free[1:]
		oldest.expiry.Stop()
		oldest.close()
	}
	p.mu.Unlock()
	return p.to.connect(ctx)
}

// take returns a connection that nobody uses, nil if there is none.
func (p *pool) take() *connection {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.free) > 0 {
		last := p.free[len(p.free)-1]
		p.free = p.free[:len(p.free)-1]
		last.expiry.Stop()
		if !last.ldap.IsClosing() {
			return last.connection
		}
		last.close()
	}
	return nil
}

// put keeps a connection for others unless it is lost.
func (p *pool) put(c *connection, err error) {
	if lost(err) || c.ldap.IsClosing() {
		c.close()
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	kept := &pooled{connection: c}
	kept.expiry = time.AfterFunc(idle, func() { p.expire(kept) })
	p.free = append(p.free, kept)
}

func (p *pool) expire(kept *pooled) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, other := range p.free {
		if other == kept {
			p.free = append(p.free[:i:i], p.free[i+1:]...)
			kept.close()
			return
		}
	}
}
