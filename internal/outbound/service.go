package outbound

import (
	"context"
	"errors"
	"net"
	"sync/atomic"
	"syscall"

	"golang.org/x/net/dns/dnsmessage"
)

// dialService dials as a dialer does, but fails with ErrAddress where the name is an
// alias of another: a Service of type ExternalName can stand for any other Service. The
// answers that give the addresses are those that are looked at.
func dialService(dialer net.Dialer, dns func(ctx context.Context, network, address string) (net.Conn, error)) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		var alias atomic.Bool
		one := dialer
		one.Resolver = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
			conn, err := dns(ctx, network, address)
			if err != nil {
				return nil, err
			}
			packets, ok := conn.(*net.UDPConn)
			if !ok {
				_ = conn.Close()
				return nil, errors.New("the name has too many addresses")
			}
			return &answers{packets, &alias}, nil
		}}
		one.ControlContext = func(_ context.Context, network, address string, c syscall.RawConn) error {
			if alias.Load() {
				return ErrAddress
			}
			return dialer.Control(network, address, c)
		}
		return one.DialContext(ctx, network, address)
	}
}

// answers notes whether an answer to a question of DNS says that a name is an alias.
type answers struct {
	*net.UDPConn
	alias *atomic.Bool
}

// Read implements net.Conn.
func (a *answers) Read(b []byte) (int, error) {
	n, err := a.UDPConn.Read(b)
	if err == nil && hasAlias(b[:n]) {
		a.alias.Store(true)
	}
	return n, err
}

func hasAlias(message []byte) bool {
	var parser dnsmessage.Parser
	if _, err := parser.Start(message); err != nil {
		return false
	}
	if err := parser.SkipAllQuestions(); err != nil {
		return false
	}
	for {
		header, err := parser.AnswerHeader()
		if err != nil {
			return false
		}
		if header.Type == dnsmessage.TypeCNAME {
			return true
		}
		if parser.SkipAnswer() != nil {
			return false
		}
	}
}
