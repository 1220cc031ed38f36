package integration

import (
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

// A client that sends too slowly is cut off, so that it cannot hold connections.
func TestSlowClients(t *testing.T) {
	t.Parallel()
	address := strings.TrimPrefix(at(t, 0, ""), "http://")
	const head = "POST /token HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
	for name, test := range map[string]struct {
		first  string
		drip   string
		within time.Duration
	}{
		"nothing at all":               {"", "", 8 * time.Second},
		"a header that never ends":     {head, "X: y\r\n", 8 * time.Second},
		"one header byte at a time":    {"POST", "x", 8 * time.Second},
		"one body byte at a time":      {head + "Content-Length: 60000\r\n\r\n", "x", 14 * time.Second},
		"a body that never comes":      {head + "Content-Length: 60000\r\n\r\n", "", 14 * time.Second},
		"chunks that never end":        {head + "Transfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n", 14 * time.Second},
		"a body that nobody asked for": {"GET /jwks HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n", "x", 14 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			connection, err := net.Dial("tcp", address)
			if err != nil {
				t.Fatal(err)
			}
			defer connection.Close()
			start := time.Now()
			_ = connection.SetReadDeadline(start.Add(18 * time.Second))
			if _, err := io.WriteString(connection, test.first); err != nil {
				t.Fatal(err)
			}
			go func() {
				for test.drip != "" {
					if _, err := io.WriteString(connection, test.drip); err != nil {
						return
					}
					time.Sleep(200 * time.Millisecond)
				}
			}()
			_, err = io.Copy(io.Discard, connection)
			if timeout, ok := err.(net.Error); ok && timeout.Timeout() {
				t.Fatal("the server still holds the connection")
			}
			if took := time.Since(start); took > test.within {
				t.Errorf("the server held the connection for %s", took)
			}
		})
	}
}
