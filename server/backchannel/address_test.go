package backchannel

import (
	"net/netip"
	"testing"
)

// nowhere allows nothing beside what is called anyway, and loopback what runs on the same
// machine.
func nowhere() []netip.Prefix { return nil }

func loopback() []netip.Prefix {
	return []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}
}

func TestAddresses(t *testing.T) {
	tests := map[string]struct{ ever, loopback bool }{
		"192.0.3.1:443":               {true, true},
		"8.8.8.8:443":                 {true, true},
		"[2606:4700::1]:443":          {true, true},
		"10.96.0.1:443":               {true, true},
		"[::ffff:10.96.0.1]:443":      {true, true},
		"172.16.0.1:80":               {true, true},
		"192.168.1.1:80":              {true, true},
		"100.64.0.1:80":               {true, true},
		"[fd00:1::5]:80":              {true, true},
		"127.0.0.1:80":                {false, true},
		"127.8.8.8:80":                {false, true},
		"[::1]:80":                    {false, true},
		"[::ffff:127.0.0.1]:80":       {false, true},
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
	for address, test := range tests {
		if got := guard(nowhere).control("tcp", address, nil) == nil; got != test.ever {
			t.Errorf("%q is called: %t", address, got)
		}
		if got := guard(loopback).control("tcp", address, nil) == nil; got != test.loopback {
			t.Errorf("%q is called with loopback: %t", address, got)
		}
	}
}
