//go:build linux

package inside

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// network gives the node an address. The other end of the pair leads nowhere:
// it is there because an interface without one has no carrier.
func network() error {
	for _, arguments := range []string{
		"link set lo up",
		"link add node0 type veth peer name nowhere0",
		"address add " + Address + "/24 dev node0",
		"link set node0 up",
		"link set nowhere0 up",
		"route add default dev node0",
	} {
		if output, err := exec.Command("ip", strings.Fields(arguments)...).CombinedOutput(); err != nil {
			return fmt.Errorf("ip %s: %w: %s", arguments, err, output)
		}
	}
	if err := os.WriteFile("/proc/sys/net/ipv4/ip_forward", []byte("1"), 0); err != nil {
		return fmt.Errorf("forward packets: %w", err)
	}
	return nil
}
