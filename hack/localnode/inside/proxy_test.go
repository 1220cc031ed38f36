//go:build linux

package inside

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestProxy(t *testing.T) {
	there := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "inside") }))
	t.Cleanup(there.Close)
	proxy, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = proxy.Close() })
	go func() { _ = serveProxy(proxy) }()

	for name, test := range map[string]struct {
		request string
		status  int
		body    string
	}{
		"a connection": {
			"CONNECT " + there.Listener.Addr().String() + " HTTP/1.1\r\nHost: x\r\n\r\n", http.StatusOK, "inside",
		},
		"nobody there":   {"CONNECT 127.0.0.1:1 HTTP/1.1\r\nHost: x\r\n\r\n", http.StatusBadGateway, ""},
		"no connection":  {"GET http://127.0.0.1:1/ HTTP/1.1\r\nHost: x\r\n\r\n", http.StatusMethodNotAllowed, ""},
		"no port at all": {"CONNECT 127.0.0.1 HTTP/1.1\r\nHost: x\r\n\r\n", http.StatusBadGateway, ""},
	} {
		t.Run(name, func(t *testing.T) {
			connection, err := net.Dial("tcp4", proxy.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = connection.Close() })
			if _, err := io.WriteString(connection, test.request); err != nil {
				t.Fatal(err)
			}
			reader := bufio.NewReader(connection)
			answer, err := http.ReadResponse(reader, &http.Request{Method: http.MethodConnect})
			if err != nil || answer.StatusCode != test.status {
				t.Fatalf("the proxy answers %v (%v), want %d", answer, err, test.status)
			}
			if test.body != "" {
				insistOnBody(t, connection, reader, test.body)
			}
		})
	}
}

// insistOnBody asks through a connection that has become one to somebody else.
func insistOnBody(t *testing.T, connection net.Conn, reader *bufio.Reader, want string) {
	t.Helper()
	if _, err := fmt.Fprint(connection, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	answer, err := http.ReadResponse(reader, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	if body, err := io.ReadAll(answer.Body); err != nil || string(body) != want {
		t.Errorf("got %q (%v), want %q", body, err, want)
	}
}
