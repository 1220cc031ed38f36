package ldap

import (
	"context"
	"fmt"
	"net"
	"sync"
	"sync/atomic"

	ber "github.com/go-asn1-ber/asn1-ber"
	"github.com/go-ldap/ldap/v3"
)

const (
	// maxAnswer is how many bytes a directory may answer to one question.
	maxAnswer = 4 << 20
	// maxMessage is how many bytes one entry of an answer may have.
	maxMessage = 1 << 20
)

// boundMessages sets a variable of the library, which allocates as much memory as a directory
// announces.
var boundMessages = sync.OnceFunc(func() { ber.MaxPacketLengthBytes, ber.MaxNestingDepth = maxMessage, 16 })

// connection is one to a directory.
type connection struct {
	raw  *counted
	ldap *ldap.Conn
}

// during calls f, and closes the connection if f takes longer than the context allows, because
// the library waits for ever.
func (c *connection) during(ctx context.Context, f func(*ldap.Conn) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c.raw.read.Store(0)
	stop := context.AfterFunc(ctx, func() { _ = c.raw.Close() })
	err := f(c.ldap)
	if !stop() && err == nil {
		err = ctx.Err()
	}
	return err
}

func (c *connection) close() {
	// Close first sends a message, which must not wait for a directory that does not read.
	_ = c.raw.Close()
	_ = c.ldap.Close()
}

// counted fails once a directory has sent too much in one answer.
type counted struct {
	net.Conn

	read atomic.Int64
}

// Read implements net.Conn.
func (c *counted) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if c.read.Add(int64(n)) > maxAnswer {
		return 0, fmt.Errorf("it answers more than %d MiB", maxAnswer>>20)
	}
	return n, err
}
