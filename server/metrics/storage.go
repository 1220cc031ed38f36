package metrics

import (
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Outcomes of a request to the API server that keeps session objects.
const (
	outcomeOK      = "ok"
	outcomeRefused = "refused"
	outcomeFailed  = "failed"
)

// storage times what the server asks the API server about session objects.
type storage struct {
	duration *prometheus.HistogramVec
	next     http.RoundTripper
}

func newStorageDuration() *prometheus.HistogramVec {
	return prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name:    "grantor_session_storage_duration_seconds",
		Help:    "Time that the API server takes for a request about a session object, by operation and outcome: ok, refused (such as a lost race), or failed.",
		Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
	}, []string{"operation", "outcome"})
}

// Storage returns a transport that times what the server asks the API server about
// session objects.
func (m *Metrics) Storage(next http.RoundTripper) http.RoundTripper {
	return &storage{duration: m.storage, next: next}
}

// RoundTrip implements http.RoundTripper.
func (s *storage) RoundTrip(r *http.Request) (*http.Response, error) {
	start := time.Now()
	response, err := s.next.RoundTrip(r)
	s.duration.WithLabelValues(operationOf(r.Method), outcomeOf(response, err)).Observe(time.Since(start).Seconds())
	return response, err
}

func operationOf(method string) string {
	switch method {
	case http.MethodGet:
		return "read"
	case http.MethodPost:
		return "create"
	case http.MethodPut, http.MethodPatch:
		return "update"
	}
	return "other"
}

// outcomeOf tells a refusal, which is an answer, from a failure.
func outcomeOf(response *http.Response, err error) string {
	switch {
	case err != nil, response.StatusCode >= http.StatusInternalServerError, response.StatusCode == http.StatusTooManyRequests:
		return outcomeFailed
	case response.StatusCode >= http.StatusBadRequest:
		return outcomeRefused
	}
	return outcomeOK
}
