package backchannel

import (
	"errors"
	"net/netip"
	"slices"
	"syscall"
)

// errAddress says that a URI leads to where the server does not go.
var errAddress = errors.New("its backchannelURI leads to an address that the server does not call")

// never are networks that no application is in, and from which something answers that
// trusts its neighbours, or that hide another address; they are called only if the
// OAuthServer names them. Private networks are not among
// them: applications live there.
var never = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"),          // this network
	netip.MustParsePrefix("100.100.100.200/32"), // metadata of a cloud
	netip.MustParsePrefix("168.63.129.16/32"),   // metadata of a cloud
	netip.MustParsePrefix("192.0.0.0/24"),       // protocol assignments, metadata of a cloud
	netip.MustParsePrefix("240.0.0.0/4"),        // reserved, and broadcast
	netip.MustParsePrefix("::/96"),              // IPv4 in IPv6
	netip.MustParsePrefix("64:ff9b::/96"),       // IPv4 in IPv6
	netip.MustParsePrefix("64:ff9b:1::/48"),     // IPv4 in IPv6
	netip.MustParsePrefix("2001::/32"),          // IPv4 in IPv6
	netip.MustParsePrefix("2002::/16"),          // IPv4 in IPv6
	netip.MustParsePrefix("fec0::/10"),          // site-local
	netip.MustParsePrefix("fd00:ec2::/32"),      // metadata of a cloud
}

// guard decides which addresses are called. It returns networks that the OAuthServer
// allows beside those that are called anyway.
type guard func() []netip.Prefix

// control is called with each address before it is connected to, after the name was
// resolved, so that a name which changes its address gains nothing.
func (g guard) control(_, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil || !g.allows(to.Addr()) {
		return errAddress
	}
	return nil
}

func (g guard) allows(address netip.Addr) bool {
	address = address.Unmap()
	within := func(network netip.Prefix) bool { return network.Contains(address) }
	return slices.ContainsFunc(g(), within) ||
		address.Zone() == "" && address.IsGlobalUnicast() && !slices.ContainsFunc(never, within)
}
