package jwksets

import (
	"errors"
	"net/netip"
	"syscall"
)

// errAddress says that a host name leads to where the server does not go.
var errAddress = errors.New("its address is not public, and not in spec.outbound.networks of the OAuthServer")

// never are addresses that are reached under no circumstances unless the OAuthServer
// names them: those that netip does not call private, loopback and so on.
var never = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"),       // this network
	netip.MustParsePrefix("100.64.0.0/10"),   // shared by carriers; metadata of some clouds
	netip.MustParsePrefix("192.0.0.0/24"),    // protocol assignments
	netip.MustParsePrefix("192.0.2.0/24"),    // documentation
	netip.MustParsePrefix("192.88.99.0/24"),  // 6to4 relays
	netip.MustParsePrefix("198.18.0.0/15"),   // benchmarks
	netip.MustParsePrefix("198.51.100.0/24"), // documentation
	netip.MustParsePrefix("203.0.113.0/24"),  // documentation
	netip.MustParsePrefix("240.0.0.0/4"),     // reserved, and broadcast
	netip.MustParsePrefix("::/96"),           // IPv4 in IPv6
	netip.MustParsePrefix("64:ff9b::/96"),    // IPv4 in IPv6
	netip.MustParsePrefix("64:ff9b:1::/48"),  // IPv4 in IPv6
	netip.MustParsePrefix("100::/64"),        // discard
	netip.MustParsePrefix("2001::/23"),       // protocol assignments, Teredo
	netip.MustParsePrefix("2001:db8::/32"),   // documentation
	netip.MustParsePrefix("2002::/16"),       // IPv4 in IPv6
	netip.MustParsePrefix("fec0::/10"),       // site-local
	netip.MustParsePrefix("ff00::/8"),        // multicast
}

// networks returns those that the OAuthServer allows beside public ones.
type networks func() []netip.Prefix

// control is called with each address before it is connected to, after the name was
// resolved, so that a name which changes its address gains nothing.
func (n networks) control(_, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil || !n.allow(to.Addr()) {
		return errAddress
	}
	return nil
}

func (n networks) allow(address netip.Addr) bool {
	address = address.Unmap()
	for _, network := range n() {
		if network.Contains(address) {
			return true
		}
	}
	if address.Zone() != "" || !address.IsGlobalUnicast() || address.IsPrivate() {
		return false
	}
	for _, network := range never {
		if network.Contains(address) {
			return false
		}
	}
	return true
}
