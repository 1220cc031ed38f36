package jwksets

import (
	"net/netip"
	"testing"
)

func TestAddresses(t *testing.T) {
	none := networks(func() []netip.Prefix { return nil })
	allowed := networks(func() []netip.Prefix {
		return []netip.Prefix{netip.MustParsePrefix("10.96.0.0/12"), netip.MustParsePrefix("fd00:1::/32")}
	})
	tests := map[string]struct{ byDefault, allowed bool }{
		"192.0.3.1:443":                {true, true},
		"8.8.8.8:443":                  {true, true},
		"[2606:4700::1]:443":           {true, true},
		"10.96.0.1:443":                {false, true},
		"[::ffff:10.96.0.1]:443":       {false, true},
		"[fd00:1::5]:443":              {false, true},
		"10.0.0.1:443":                 {},
		"172.16.0.1:443":               {},
		"192.168.1.1:443":              {},
		"127.0.0.1:443":                {},
		"127.8.8.8:443":                {},
		"[::1]:443":                    {},
		"[::ffff:127.0.0.1]:443":       {},
		"[::127.0.0.1]:443":            {},
		"0.0.0.0:443":                  {},
		"[::]:443":                     {},
		"0.1.2.3:443":                  {},
		"169.254.169.254:80":           {},
		"[::ffff:169.254.169.254]:443": {},
		"[64:ff9b::a9fe:a9fe]:443":     {},
		"[2002:a9fe:a9fe::]:443":       {},
		"[2001:0:1::1]:443":            {},
		"[fd00:ec2::254]:443":          {},
		"[fe80::1]:443":                {},
		"[fe80::1%eth0]:443":           {},
		"[2606:4700::1%eth0]:443":      {},
		"100.100.100.200:443":          {},
		"192.0.0.192:443":              {},
		"224.0.0.1:443":                {},
		"[ff02::1]:443":                {},
		"255.255.255.255:443":          {},
		"240.0.0.1:443":                {},
		"198.18.0.1:443":               {},
		"[2001:db8::1]:443":            {},
		"[fec0::1]:443":                {},
		"localhost:443":                {},
		"":                             {},
	}
	for address, test := range tests {
		if got := none.control("tcp", address, nil) == nil; got != test.byDefault {
			t.Errorf("%q by default: %t", address, got)
		}
		if got := allowed.control("tcp", address, nil) == nil; got != test.allowed {
			t.Errorf("%q with networks: %t", address, got)
		}
	}
}
