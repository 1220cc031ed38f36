package health

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/grantor-dev/grantor/internal/lines"
	"github.com/grantor-dev/grantor/internal/replicas"
	"github.com/grantor-dev/grantor/server/clients/lookup"
	"github.com/grantor-dev/grantor/server/keys"
)

// reportInterval is how often a replica looks whether it can answer.
const reportInterval = 5 * time.Second

// Health answers questions about a replica.
type Health struct {
	// Available returns an error while the replica cannot answer truthfully.
	Available func() error
	// Metrics answers scrapes.
	Metrics http.Handler
	// Clients and Keys are what the operator asks about.
	Clients *lookup.Registry
	Keys    *keys.Store
	// ClientMethods are the ways in which a client can authenticate at this replica.
	ClientMethods []string
	// Lines writes what Log gets.
	Lines *lines.Writer
	Log   *slog.Logger
}

// Handler serves health, metrics and the operator's questions. The replica drains when
// ctx has ended.
func (h *Health) Handler(ctx context.Context) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", h.Metrics)
	mux.HandleFunc("GET "+replicas.Path, h.answerLoaded)
	mux.HandleFunc("GET "+replicas.KeysPath, h.answerKeysLoaded)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { writeText(w, http.StatusOK, "ok") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		if ctx.Err() != nil {
			writeText(w, http.StatusServiceUnavailable, "draining")
		} else if err := errors.Join(h.Available(), h.logStalled()); err != nil {
			writeText(w, http.StatusServiceUnavailable, err.Error())
		} else {
			writeText(w, http.StatusOK, "ok")
		}
	})
	return mux
}

// Report logs what becomes of the replica's health until ctx ends.
func (h *Health) Report(ctx context.Context) {
	go h.reportLog(ctx)
	h.reportUnavailable(ctx)
}

// reportUnavailable logs, once each time, that the server cannot answer and that it
// can again.
func (h *Health) reportUnavailable(ctx context.Context) {
	ticker := time.NewTicker(reportInterval)
	defer ticker.Stop()
	for answers := true; ; {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		err := h.Available()
		switch {
		case err != nil && answers:
			h.Log.Warn("the server cannot answer", "reason", err.Error())
		case err == nil && !answers:
			h.Log.Info("the server answers again")
		}
		answers = err == nil
	}
}

func writeText(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text + "\n"))
}
