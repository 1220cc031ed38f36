package httpx

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// Address returns the address that a request comes from: that of the connection, or, if
// that is a trusted proxy, the last one in X-Forwarded-For that is none. Whatever
// stands before that one, any sender can have written. A connection without an IP address,
// such as that of a socket, has the zero Addr.
func Address(r *http.Request, trusted []netip.Prefix) netip.Addr {
	connection, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	address := connection.Addr().Unmap()
	if !isTrusted(address, trusted) {
		return address
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && isTrusted(address, trusted); i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		address = hop.Unmap()
	}
	return address
}

// SentBy reports whether the connection of a request comes from one of some networks. A
// network of all addresses does not count: it would trust everyone.
func SentBy(r *http.Request, networks []netip.Prefix) bool {
	connection, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return false
	}
	return slices.ContainsFunc(networks, func(network netip.Prefix) bool {
		return network.Bits() > 0 && network.Contains(connection.Addr().Unmap())
	})
}

func isTrusted(address netip.Addr, trusted []netip.Prefix) bool {
	for _, prefix := range trusted {
		if prefix.Contains(address) {
			return true
		}
	}
	return false
}
