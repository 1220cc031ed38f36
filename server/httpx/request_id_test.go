package httpx_test

import (
	"bytes"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/grantor-dev/grantor/server/httpx"
)

// TestRequestID: what a caller sends is in the answer and in the log, unless it could
// forge or flood a log, or is a token.
func TestRequestID(t *testing.T) {
	for name, test := range map[string]struct {
		given []string
		kept  bool
	}{
		"none":             {nil, false},
		"a UUID":           {[]string{"7c9e6679-7425-40de-944b-e07fc1f90ae7"}, true},
		"hexadecimal":      {[]string{"5f0c4f4e8a1d2b3c"}, true},
		"underscores":      {[]string{"Root_1"}, true},
		"64 bytes":         {[]string{strings.Repeat("a", 64)}, true},
		"65 bytes":         {[]string{strings.Repeat("a", 65)}, false},
		"empty":            {[]string{""}, false},
		"two":              {[]string{"a", "b"}, false},
		"a line break":     {[]string{"a\nlevel=ERROR"}, false},
		"a quote":          {[]string{`a"`}, false},
		"a space":          {[]string{"a b"}, false},
		"markup":           {[]string{"<script>"}, false},
		"one of our token": {[]string{"rt_abc.1.mac"}, false},
		"a JWT":            {[]string{"eyJhbGciOiJub25lIn0.e30."}, false},
		"no ASCII":         {[]string{"ä"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			var log bytes.Buffer
			edge := &httpx.Edge{
				Available: func() error { return nil }, Observer: observer{}, Log: slog.New(slog.NewTextHandler(&log, nil)),
			}
			r := httptest.NewRequest(http.MethodGet, "/token", http.NoBody)
			r.Header["X-Request-Id"] = test.given
			w := httptest.NewRecorder()
			edge.Wrap("token", endpoint(func(http.ResponseWriter, *http.Request) error { return errors.New("broken") })).ServeHTTP(w, r)
			id := w.Header().Get("X-Request-Id")
			if kept := len(test.given) == 1 && id == test.given[0]; kept != test.kept || id == "" {
				t.Errorf("the answer has the id %q", id)
			}
			if !strings.Contains(log.String(), "request_id="+id+" ") {
				t.Errorf("the log says %s", &log)
			}
		})
	}
}
