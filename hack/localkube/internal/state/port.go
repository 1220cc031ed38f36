package state

import (
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
)

const portFile = "port"

// Listen opens the port of the control plane at an address, and remembers it.
// With port 0 it prefers the port of the last run, which keeps existing
// kubeconfigs valid, and takes a free one if that is gone.
func (d *Dir) Listen(address net.IP, port int) (net.Listener, error) {
	listener, err := d.listenPreferred(address, port)
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	chosen := strconv.Itoa(listener.Addr().(*net.TCPAddr).Port)
	if err := os.WriteFile(d.Path(portFile), []byte(chosen+"\n"), 0o600); err != nil {
		listener.Close()
		return nil, fmt.Errorf("remember port: %w", err)
	}
	return listener, nil
}

func (d *Dir) listenPreferred(address net.IP, port int) (net.Listener, error) {
	if port != 0 {
		return listen(address, port)
	}
	if listener, err := listen(address, d.lastPort()); err == nil {
		return listener, nil
	}
	return listen(address, 0)
}

// lastPort returns 0 if there was none or the file cannot be understood.
func (d *Dir) lastPort() int {
	content, err := os.ReadFile(d.Path(portFile))
	if err != nil {
		return 0
	}
	port, err := strconv.Atoi(strings.TrimSpace(string(content)))
	if err != nil {
		return 0
	}
	return port
}

func listen(address net.IP, port int) (net.Listener, error) {
	return net.Listen("tcp4", net.JoinHostPort(address.String(), strconv.Itoa(port)))
}
