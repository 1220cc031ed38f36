//go:build linux

package inside

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// serveProxy lets programs outside reach what is inside, Services by their names
// too, by an HTTP proxy. The listener is a socket of the machine outside, and
// what is dialed is inside: a socket stays in the network it was made in.
func serveProxy(listener net.Listener) error {
	server := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(tunnel)}
	if err := server.Serve(listener); err != nil {
		return fmt.Errorf("serve the proxy: %w", err)
	}
	return nil
}

// tunnel answers CONNECT, which is all that https and kubectl need.
func tunnel(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodConnect {
		http.Error(w, "CONNECT is all that is understood here", http.StatusMethodNotAllowed)
		return
	}
	there, err := dial(r.Context(), r.Host)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer func() { _ = there.Close() }()
	here, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer func() { _ = here.Close() }()
	if _, err := io.WriteString(here, "HTTP/1.1 200 OK\r\n\r\n"); err != nil {
		return
	}
	go func() {
		_, _ = io.Copy(there, buffered)
		// The rest of an answer may still be under way.
		if half, ok := there.(*net.TCPConn); ok {
			_ = half.CloseWrite()
		}
	}()
	_, _ = io.Copy(here, there)
}

func dial(ctx context.Context, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	dialer := &net.Dialer{Timeout: 10 * time.Second}
	if net.ParseIP(host) == nil {
		// With a dot at the end the name is complete, whatever the machine would add.
		host = strings.TrimSuffix(host, ".") + "."
		dialer.Resolver = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "udp", Address+":53")
		}}
	}
	return dialer.DialContext(ctx, "tcp4", net.JoinHostPort(host, port))
}
