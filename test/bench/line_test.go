package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestLineReadsAnswers(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/redirect":
			w.Header().Set("Location", "https://app.example/callback?code=c")
			w.WriteHeader(http.StatusSeeOther)
		case "/long":
			_, _ = w.Write([]byte(strings.Repeat("a", 1500)))
		case "/chunked":
			w.(http.Flusher).Flush()
		default:
			w.WriteHeader(http.StatusForbidden)
			_, _ = w.Write([]byte("no"))
		}
	}))
	t.Cleanup(server.Close)
	lines, hangUp, err := dialAll(t.Context(), strings.TrimPrefix(server.URL, "http://"), 1)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(hangUp)
	l := lines[0]
	for _, test := range []struct {
		path, location string
		status, length int
	}{
		{"/long", "", http.StatusOK, 1500},
		{"/redirect", "https://app.example/callback?code=c", http.StatusSeeOther, 0},
		{"/", "", http.StatusForbidden, 2},
	} {
		if err := l.ask([]byte("GET " + test.path + " HTTP/1.1\r\nHost: x\r\n\r\n")); err != nil {
			t.Fatal(err)
		}
		if l.status != test.status || string(l.location) != test.location || len(l.body) != test.length {
			t.Errorf("%s: %d %q with %d bytes", test.path, l.status, l.location, len(l.body))
		}
	}
	if err := l.askFor(http.StatusOK, []byte("GET / HTTP/1.1\r\nHost: x\r\n\r\n")); err == nil {
		t.Error("a refusal is no error")
	}
	if err := l.ask([]byte("GET /chunked HTTP/1.1\r\nHost: x\r\n\r\n")); err == nil {
		t.Error("an answer without a length is no error")
	}
}
