package limits

import "net/netip"

// ipv6Networks are the lengths of the prefixes that customers get: the rest of an address
// is theirs to vary. The larger a network is, the more users it may have: each has twice
// the budget of the one before.
var ipv6Networks = [...]int{64, 56, 48}

// Networks returns the shares of a key for the networks that an address is in, the
// smallest first: those of an IPv4 address are one, itself. The zero Addr has none.
func Networks(kind Kind, key string, address netip.Addr, own Budget) []Share {
	address = address.Unmap().WithZone("")
	if !address.IsValid() {
		return nil
	}
	if address.Is4() {
		return []Share{{kind, key + "\x00" + address.String(), own}}
	}
	shares := make([]Share, 0, len(ipv6Networks))
	for _, bits := range ipv6Networks {
		network, _ := address.Prefix(bits)
		shares = append(shares, Share{kind, key + "\x00" + network.String(), own})
		own.Burst, own.Every = 2*own.Burst, own.Every/2
	}
	return shares
}
