package httpx

import (
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"strings"
)

// requestIDHeader carries the id of a request, in and out.
const requestIDHeader = "X-Request-Id"

// maxRequestID bounds an id that a caller chose, in bytes. A UUID has 36.
const maxRequestID = 64

// requestID returns the id that the caller, or a proxy on the way, gave to a request, so
// that it is found in all their logs; or a new one if that is none that a log can have.
func requestID(r *http.Request) string {
	if given := r.Header.Values(requestIDHeader); len(given) == 1 && isRequestID(given[0]) {
		return given[0]
	}
	var b [8]byte
	_, _ = rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

func isRequestID(id string) bool {
	return id != "" && len(id) <= maxRequestID && !strings.ContainsFunc(id, func(c rune) bool {
		return (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && c != '-' && c != '_'
	})
}
