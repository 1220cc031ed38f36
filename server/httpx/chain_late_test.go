package httpx_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/grantor-dev/grantor/server/httpx"
)

// A panic is the server's failure even when the status was written before it: it must
// be seen at the level at which production logs.
func TestPanicAfterTheAnswerBeganIsLogged(t *testing.T) {
	var log bytes.Buffer
	edge := &httpx.Edge{
		Available: func() error { return nil }, Observer: observer{},
		Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelInfo})),
	}
	handler := edge.Wrap("token", endpoint(func(w http.ResponseWriter, _ *http.Request) error {
		httpx.WriteJSON(w, http.StatusOK, struct{}{})
		panic("late")
	}))
	handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "/token", http.NoBody))
	if !strings.Contains(log.String(), "level=ERROR") || !strings.Contains(log.String(), "late") {
		t.Errorf("logged %q", &log)
	}
}
