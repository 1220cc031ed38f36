package outbound

import (
	"context"
	"net"
	"net/netip"
	"time"
)

// Dialer returns what connects to public addresses and to networks, for protocols other than
// HTTP. All others fail with ErrAddress.
func Dialer(networks func() []netip.Prefix, timeout time.Duration) func(ctx context.Context, network, address string) (net.Conn, error) {
	dialer := net.Dialer{Timeout: timeout, Control: guard{networks, false}.control}
	return rooted(dialer.DialContext)
}
