package outbound

import (
	"errors"
	"net/netip"
	"slices"
	"syscall"
)

// ErrAddress says that a host name leads to where the client does not call.
var ErrAddress = errors.New("its address is not public, and not in spec.outbound.networks of the OAuthServer")

// never are networks that no application is in, and from which something answers that
// trusts its neighbours, or that hide another address.
var never = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"),          // this network
	netip.MustParsePrefix("100.100.100.200/32"), // metadata of a cloud
	netip.MustParsePrefix("168.63.129.16/32"),   // metadata of a cloud
	netip.MustParsePrefix("192.0.0.0/24"),       // protocol assignments, metadata of a cloud
	netip.MustParsePrefix("240.0.0.0/4"),        // reserved, and broadcast
	netip.MustParsePrefix("::/96"),              // IPv4 in IPv6
	netip.MustParsePrefix("::ffff:0:0:0/96"),    // IPv4 in IPv6
	netip.MustParsePrefix("64:ff9b::/96"),       // IPv4 in IPv6
	netip.MustParsePrefix("64:ff9b:1::/48"),     // IPv4 in IPv6
	netip.MustParsePrefix("2001::/32"),          // IPv4 in IPv6
	netip.MustParsePrefix("2002::/16"),          // IPv4 in IPv6
	netip.MustParsePrefix("fec0::/10"),          // site-local
	netip.MustParsePrefix("fd00:ec2::/32"),      // metadata of a cloud
	netip.MustParsePrefix("fd20:ce::/32"),       // metadata of a cloud
}

// notPublic are networks that netip does not call private and that are not public.
var notPublic = []netip.Prefix{
	netip.MustParsePrefix("100.64.0.0/10"),   // shared by carriers, and by pods of some clouds
	netip.MustParsePrefix("192.0.2.0/24"),    // documentation
	netip.MustParsePrefix("192.88.99.0/24"),  // 6to4 relays
	netip.MustParsePrefix("198.18.0.0/15"),   // benchmarks
	netip.MustParsePrefix("198.51.100.0/24"), // documentation
	netip.MustParsePrefix("203.0.113.0/24"),  // documentation
	netip.MustParsePrefix("100::/64"),        // discard
	netip.MustParsePrefix("2001::/23"),       // protocol assignments
	netip.MustParsePrefix("2001:db8::/32"),   // documentation
}

// guard decides which addresses are called.
type guard struct {
	networks func() []netip.Prefix
	service  bool
}

// control is called with each address before it is connected to, after the name was
// resolved, so that a name which changes its address gains nothing.
func (g guard) control(_, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil || !g.allows(to.Addr()) {
		return ErrAddress
	}
	return nil
}

func (g guard) allows(address netip.Addr) bool {
	address = address.Unmap()
	within := func(network netip.Prefix) bool { return network.Contains(address) }
	switch {
	case slices.ContainsFunc(g.networks(), within):
		return true
	case address.Zone() != "", !address.IsGlobalUnicast(), slices.ContainsFunc(never, within):
		return false
	}
	return g.service || !address.IsPrivate() && !slices.ContainsFunc(notPublic, within)
}
