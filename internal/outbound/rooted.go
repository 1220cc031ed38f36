package outbound

import (
	"context"
	"net"
	"net/netip"
	"strings"
)

// rooted dials hosts by their full names. In a pod, another name is also looked for in the
// cluster: "agent.dev" would be a Service of the namespace dev. Names that end in .svc or have
// no dot are left as they are: they are those of no public host, and localhost is one.
func rooted(dial func(ctx context.Context, network, address string) (net.Conn, error)) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		host, port, err := net.SplitHostPort(address)
		if err != nil {
			return nil, err
		}
		_, err = netip.ParseAddr(host)
		if err != nil && strings.Contains(host, ".") && !strings.HasSuffix(host, ".") && !strings.HasSuffix(host, ".svc") {
			address = net.JoinHostPort(host+".", port)
		}
		return dial(ctx, network, address)
	}
}
