package server

import (
	"context"
	"net"
	"net/http"
	"testing"
	"time"
)

// A connection that was accepted before the end is answered, although its request comes only
// then.
func TestDrainAnswersWhatItHasAccepted(t *testing.T) {
	t.Parallel()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var unread unreadConnections
	server := &http.Server{Handler: http.NotFoundHandler(), ConnState: unread.track, ReadHeaderTimeout: readHeaderTimeout}
	go func() { _ = server.Serve(listener) }()
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	for unread.none() {
		time.Sleep(time.Millisecond)
	}
	ended := make(chan error, 1)
	go func() {
		_ = listener.Close()
		unread.wait(t.Context())
		ended <- server.Shutdown(t.Context())
	}()
	for accepts(t.Context(), listener.Addr().String()) {
		time.Sleep(time.Millisecond)
	}
	if _, err := conn.Write([]byte("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")); err != nil {
		t.Error(err)
	}
	if n, err := conn.Read(make([]byte, 12)); n != 12 || err != nil {
		t.Errorf("it is not answered: %v", err)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// accepts reports whether a connection can be made.
func accepts(ctx context.Context, address string) bool {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err != nil {
		return false
	}
	_ = conn.Close()
	return true
}
