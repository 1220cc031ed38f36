package server

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/grantor-dev/grantor/internal/replicas"
	"github.com/grantor-dev/grantor/server/backchannel"
	"github.com/grantor-dev/grantor/server/httpx"
)

// metrics are the server's metrics. No label holds anything that a request chose.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	duration *prometheus.HistogramVec
	notices  *prometheus.CounterVec
	storage  *prometheus.HistogramVec
}

var _ httpx.Observer = (*metrics)(nil)

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "grantor_http_requests_total",
			Help: "Requests answered, by endpoint and HTTP status.",
		}, []string{"endpoint", "status"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "grantor_http_request_duration_seconds",
			Help:    "Time from the request's header to the last byte of the answer, by endpoint.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5},
		}, []string{"endpoint"}),
		notices: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "grantor_logout_notices_total",
			Help: "Notices to applications that somebody signed out, by outcome.",
		}, []string{"outcome"}),
		storage: newStorageDuration(),
	}
	for _, outcome := range backchannel.Outcomes() {
		m.notices.WithLabelValues(string(outcome))
	}
	m.registry.MustRegister(m.requests, m.duration, m.notices, m.storage,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Observe implements httpx.Observer.
func (m *metrics) Observe(endpoint string, status int, duration time.Duration) {
	m.requests.WithLabelValues(endpoint, strconv.Itoa(status)).Inc()
	m.duration.WithLabelValues(endpoint).Observe(duration.Seconds())
}

// countNotice counts what became of a notice that somebody signed out.
func (m *metrics) countNotice(outcome backchannel.Outcome) {
	m.notices.WithLabelValues(string(outcome)).Inc()
}

// internalHandler serves health, metrics and the operator's questions.
func (s *Server) internalHandler(ctx context.Context) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(s.metrics.registry, promhttp.HandlerOpts{}))
	mux.HandleFunc("GET "+replicas.Path, s.answerLoaded)
	mux.HandleFunc("GET "+replicas.KeysPath, s.answerKeysLoaded)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { writeText(w, http.StatusOK, "ok") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		if ctx.Err() != nil {
			writeText(w, http.StatusServiceUnavailable, "draining")
		} else if err := errors.Join(s.available(), s.logStalled()); err != nil {
			writeText(w, http.StatusServiceUnavailable, err.Error())
		} else {
			writeText(w, http.StatusOK, "ok")
		}
	})
	return mux
}

func writeText(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text + "\n"))
}
