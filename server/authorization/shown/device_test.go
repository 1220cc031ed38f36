package shown

import (
	"net/netip"
	"testing"

	"github.com/grantor-dev/grantor/server/authorization/request"
)

func TestDevicesElsewhere(t *testing.T) {
	for sentence, test := range map[string]struct {
		device, browser string
		elsewhere       bool
	}{
		"the same address":            {"192.0.2.1", "192.0.2.1", false},
		"the same network":            {"192.0.2.1", "192.0.2.254", false},
		"another network":             {"192.0.2.1", "192.0.3.1", true},
		"the same network of IPv6":    {"2001:db8:1::1", "2001:db8:1:2::1", false},
		"another network of IPv6":     {"2001:db8:1::1", "2001:db8:2::1", true},
		"an address within IPv6":      {"192.0.2.1", "::ffff:192.0.2.9", false},
		"two kinds of address":        {"192.0.2.1", "2001:db8:1::1", false},
		"a device without an address": {"", "192.0.2.1", false},
		"an address that many share":  {"192.0.2.1", "", false},
	} {
		browser, _ := netip.ParseAddr(test.browser)
		if got := elsewhere(test.device, browser); got != test.elsewhere {
			t.Errorf("%s: %v", sentence, got)
		}
	}
	if Device(&request.Request{}, netip.Addr{}) != nil {
		t.Error("a browser is shown as a device")
	}
}
