package httpx_test

import (
	"bytes"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/server/httpx"
)

type endpoint func(http.ResponseWriter, *http.Request) error

func (e endpoint) ServeEndpoint(w http.ResponseWriter, r *http.Request) error { return e(w, r) }

type observer map[int]int

func (o observer) Observe(_ string, status int, _ time.Duration) { o[status]++ }

func TestEdge(t *testing.T) {
	for name, test := range map[string]struct {
		unavailable error
		serve       endpoint
		status      int
		level       string
	}{
		"an answer": {nil, func(w http.ResponseWriter, _ *http.Request) error {
			httpx.WriteJSON(w, http.StatusOK, struct{}{})
			return nil
		}, 200, "DEBUG"},
		"a refusal": {nil, func(http.ResponseWriter, *http.Request) error {
			return httpx.BadRequest(httpx.CodeInvalidScope, "the SECRET in it")
		}, 400, "DEBUG"},
		"a failure": {nil, func(http.ResponseWriter, *http.Request) error { return errors.New("broken") }, 500, "ERROR"},
		"a failure of somebody else": {nil, func(http.ResponseWriter, *http.Request) error {
			return httpx.Elsewhere(errors.New("no answer"))
		}, 503, "DEBUG"},
		"a panic":     {nil, func(http.ResponseWriter, *http.Request) error { panic("at once") }, 500, "ERROR"},
		"unavailable": {errors.New("no storage"), func(http.ResponseWriter, *http.Request) error { panic("asked") }, 503, "ERROR"},
	} {
		t.Run(name, func(t *testing.T) {
			var log bytes.Buffer
			counts := observer{}
			edge := &httpx.Edge{
				Realm: "x", Available: func() error { return test.unavailable }, Observer: counts,
				Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})),
			}
			w := httptest.NewRecorder()
			r := httptest.NewRequest("MY-SECRET-METHOD", "/token?SECRET", strings.NewReader("SECRET"))
			r.Header.Set("Authorization", "Basic SECRET")
			edge.Wrap("token", test.serve).ServeHTTP(w, r)
			if w.Code != test.status || counts[test.status] != 1 || len(counts) != 1 {
				t.Errorf("answered %d %s, counted %v", w.Code, w.Body, counts)
			}
			if !strings.Contains(log.String(), "level="+test.level) || strings.Contains(log.String(), "SECRET") {
				t.Errorf("logged %s", &log)
			}
		})
	}
}

func TestReadable(t *testing.T) {
	for method, wanted := range map[string]bool{"GET": true, "HEAD": true, "POST": false, "PUT": false, "OPTIONS": false, "get": false} {
		w := httptest.NewRecorder()
		err := httpx.Readable(w, &http.Request{Method: method})
		if (err == nil) != wanted || (w.Header().Get("Allow") == "") != wanted {
			t.Errorf("%s: %v, Allow %q", method, err, w.Header().Get("Allow"))
		}
	}
}
