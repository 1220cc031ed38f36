package outbound

import (
	"net/netip"
	"testing"
)

// networks returns what an OAuthServer that names networks allows.
func networks(texts ...string) func() []netip.Prefix {
	var out []netip.Prefix
	for _, text := range texts {
		out = append(out, netip.MustParsePrefix(text))
	}
	return func() []netip.Prefix { return out }
}

func TestAddresses(t *testing.T) {
	// named is called with 10.96.0.0/12, fd00:1::/32 and loopback in the OAuthServer.
	type called struct{ public, service, named bool }
	tests := map[string]called{
		"192.0.3.1:443":               {true, true, true},
		"8.8.8.8:443":                 {true, true, true},
		"[2606:4700::1]:443":          {true, true, true},
		"10.96.0.1:443":               {false, true, true},
		"[::ffff:10.96.0.1]:443":      {false, true, true},
		"[fd00:1::5]:80":              {false, true, true},
		"10.0.0.1:443":                {false, true, false},
		"172.16.0.1:80":               {false, true, false},
		"192.168.1.1:80":              {false, true, false},
		"100.64.0.1:80":               {false, true, false},
		"198.18.0.1:443":              {false, true, false},
		"192.0.2.1:443":               {false, true, false},
		"192.88.99.1:443":             {false, true, false},
		"198.51.100.1:443":            {false, true, false},
		"203.0.113.1:443":             {false, true, false},
		"[2001:db8::1]:443":           {false, true, false},
		"[2001:1::1]:443":             {false, true, false},
		"[100::1]:443":                {false, true, false},
		"127.0.0.1:80":                {false, false, true},
		"127.8.8.8:80":                {false, false, true},
		"[::1]:80":                    {false, false, true},
		"[::ffff:127.0.0.1]:80":       {false, false, true},
		"[::127.0.0.1]:80":            {},
		"0.0.0.0:80":                  {},
		"[::]:80":                     {},
		"[::ffff:0.0.0.0]:80":         {},
		"0.1.2.3:80":                  {},
		"169.254.169.254:80":          {},
		"[::ffff:169.254.169.254]:80": {},
		"[64:ff9b::a9fe:a9fe]:80":     {},
		"[64:ff9b:1::a9fe:a9fe]:80":   {},
		"[2002:a9fe:a9fe::]:80":       {},
		"[2001:0:1::1]:80":            {},
		"[::ffff:0:a9fe:a9fe]:80":     {},
		"[fd20:ce::254]:80":           {},
		"[fd00:ec2::254]:80":          {},
		"100.100.100.200:80":          {},
		"168.63.129.16:80":            {},
		"192.0.0.192:80":              {},
		"[fe80::1]:80":                {},
		"[fe80::1%eth0]:80":           {},
		"[2606:4700::1%eth0]:443":     {},
		"224.0.0.1:80":                {},
		"[ff02::1]:80":                {},
		"255.255.255.255:80":          {},
		"240.0.0.1:80":                {},
		"[fec0::1]:80":                {},
		"localhost:80":                {},
		"":                            {},
	}
	none, some := networks(), networks("10.96.0.0/12", "fd00:1::/32", "127.0.0.0/8", "::1/128")
	for address, want := range tests {
		allows := func(g guard) bool { return g.control("tcp", address, nil) == nil }
		if got := (called{allows(guard{none, false}), allows(guard{none, true}), allows(guard{some, false})}); got != want {
			t.Errorf("%q is called: %+v", address, got)
		}
		if allows(guard{some, true}) != (want.service || want.named) {
			t.Errorf("%q of a Service with networks is called: %t", address, !want.named)
		}
	}
}

// What is forbidden by itself can be named, such as the address of one machine.
func TestNamedAddressesAreCalled(t *testing.T) {
	g := guard{networks("168.63.129.16/32", "169.254.0.0/16"), false}
	for _, address := range []string{"168.63.129.16:80", "169.254.169.254:80", "[::ffff:169.254.169.254]:80"} {
		if g.control("tcp", address, nil) != nil {
			t.Errorf("%q is not called", address)
		}
	}
}
