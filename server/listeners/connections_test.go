package listeners_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/server/listeners"
)

// A connection that was accepted before the end is answered, although its request comes only
// then.
func TestDrainAnswersWhatItHasAccepted(t *testing.T) {
	t.Parallel()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	connections := listeners.NewConnections(8)
	server := &http.Server{Handler: http.NotFoundHandler(), ConnState: connections.Changed, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(listener) }()
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	for connections.Unread() == 0 {
		time.Sleep(time.Millisecond)
	}
	ended := make(chan error, 1)
	go func() {
		_ = listener.Close()
		connections.AwaitRead(t.Context())
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

func TestConnectionsAreBounded(t *testing.T) {
	release, arrived, idle := make(chan bool), make(chan bool, 8), make(chan bool, 8)
	site := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		arrived <- true
		if r.URL.Path == "/busy" {
			<-release
		}
	}))
	connections := listeners.NewConnections(2)
	site.Config.ConnState = func(conn net.Conn, state http.ConnState) {
		connections.Changed(conn, state)
		if state == http.StateIdle {
			idle <- true
		}
	}
	site.Start()
	t.Cleanup(func() { close(release); site.Close() })
	open := func(path string) *bufio.Reader {
		conn, err := net.Dial("tcp", site.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		_ = conn.SetReadDeadline(time.Now().Add(10 * time.Second))
		_, _ = fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", path)
		return bufio.NewReader(conn)
	}
	answers := func(r *bufio.Reader) bool {
		response, err := http.ReadResponse(r, nil)
		if err != nil {
			return false
		}
		defer response.Body.Close()
		return response.StatusCode == http.StatusOK
	}
	closed := func(r *bufio.Reader) bool {
		_, err := r.ReadByte()
		return err != nil && !errors.Is(err, os.ErrDeadlineExceeded)
	}
	first := open("/")
	if !answers(first) {
		t.Fatal("the first connection is not answered")
	}
	<-arrived
	// It is answered before it is idle.
	<-idle
	open("/busy")
	<-arrived
	open("/busy")
	<-arrived
	if !closed(first) {
		t.Error("the idle connection is not closed for another one")
	}
	if !closed(open("/")) {
		t.Error("there are more connections than there is room for")
	}
}
