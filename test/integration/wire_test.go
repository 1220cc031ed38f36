package integration

import (
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

// wire sends bytes to a replica as they are, then ends its side, and returns what
// comes back: broken HTTP, which no client library sends.
func wire(t testing.TB, replica int, request string) (string, error) {
	t.Helper()
	connection, err := net.Dial("tcp", strings.TrimPrefix(at(t, replica, ""), "http://"))
	if err != nil {
		return "", err
	}
	defer connection.Close()
	_ = connection.SetDeadline(time.Now().Add(30 * time.Second))
	if _, err := io.WriteString(connection, request); err != nil {
		// The server may have seen enough.
		return "", nil
	}
	_ = connection.(*net.TCPConn).CloseWrite()
	answer, err := io.ReadAll(connection)
	if err != nil && len(answer) == 0 && strings.Contains(err.Error(), "reset") {
		return "", nil
	}
	return string(answer), nil
}

// status returns the status of an answer on the wire, and 0 for none.
func status(answer string) int {
	var code int
	_, _ = fmt.Sscanf(answer, "HTTP/1.1 %d", &code)
	if code == 0 {
		_, _ = fmt.Sscanf(answer, "HTTP/1.0 %d", &code)
	}
	return code
}
