package devenv

import (
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
	"sync/atomic"
)

// Ports are drawn from below the range that Linux and macOS use for outgoing
// connections, so that a port stays free between its choice and its use, and
// between two runs.
const (
	firstPort   = 20000
	portCount   = 12000
	portsToDraw = 200
)

// drawn counts the ports that this process drew, from a first one at random: what
// draws several before it listens on them must not draw one twice.
var (
	drawn     atomic.Int64
	firstDraw = int64(rand.IntN(portCount))
)

// FreePort returns a TCP port that nothing listens on at 127.0.0.1, and that it did not
// return before.
func FreePort() (int, error) {
	for range portsToDraw {
		if port := firstPort + int((firstDraw+drawn.Add(1))%portCount); PortIsFree(port) {
			return port, nil
		}
	}
	return 0, fmt.Errorf("find a free port: %d tries between %d and %d failed",
		portsToDraw, firstPort, firstPort+portCount-1)
}

// PortIsFree says whether a program could listen on 127.0.0.1:port now.
func PortIsFree(port int) bool {
	listener, err := net.Listen("tcp", Loopback(port))
	if err != nil {
		return false
	}
	return listener.Close() == nil
}

// Loopback returns the address 127.0.0.1:port.
func Loopback(port int) string {
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
}
