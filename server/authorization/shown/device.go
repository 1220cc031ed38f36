package shown

import (
	"net/netip"

	"github.com/grantor-dev/grantor/server/authorization/request"
	"github.com/grantor-dev/grantor/server/storage/approvals"
	"github.com/grantor-dev/grantor/server/ui"
)

// Device returns what the consent page says of the device that asks the user of a browser at an
// address; nil if no device asks.
func Device(r *request.Request, browser netip.Addr) *ui.Device {
	d := r.Device
	if d == nil {
		return nil
	}
	return &ui.Device{
		Code: approvals.FormatUserCode(d.UserCode), Agent: d.Agent, Address: d.Address,
		Began: d.IssuedAt(), Elsewhere: elsewhere(d.Address, browser),
	}
}

// elsewhere reports whether a device is known to be in another network than the browser.
func elsewhere(device string, browser netip.Addr) bool {
	address, err := netip.ParseAddr(device)
	if err != nil || !browser.IsValid() || address.Is4() != browser.Unmap().Is4() {
		return false
	}
	bits := 48
	if address.Is4() {
		bits = 24
	}
	network, err := address.Prefix(bits)
	return err == nil && !network.Contains(browser.Unmap())
}
