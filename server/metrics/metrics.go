package metrics

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/grantor-dev/grantor/server/backchannel"
	"github.com/grantor-dev/grantor/server/capacity"
	"github.com/grantor-dev/grantor/server/certificates"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/token/exchange"
)

// Metrics are the server's metrics. No label holds anything that a request chose.
type Metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	duration *prometheus.HistogramVec
	notices  *prometheus.CounterVec
	refusals *prometheus.CounterVec
	storage  *prometheus.HistogramVec
	headers  *prometheus.CounterVec
	exchange *prometheus.CounterVec
}

var _ httpx.Observer = (*Metrics)(nil)

// New returns metrics of nothing yet.
func New() *Metrics {
	m := &Metrics{
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
			Help: "Notices to applications that a user signed out, by outcome.",
		}, []string{"outcome"}),
		refusals: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "grantor_sessions_refused_total",
			Help: "Session objects for which there was no room, by kind and by the bound that was reached: that of the user, the client or the server.",
		}, []string{"kind", "bound"}),
		storage: newStorageDuration(),
		headers: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "grantor_client_certificate_headers_total",
			Help: "Requests with the header in which proxies pass certificates of clients, by what became of it.",
		}, []string{"outcome"}),
	}
	m.exchange = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "grantor_token_exchanges_total",
		Help: "Requests to exchange a token, by the kind of the subject token and by outcome.",
	}, []string{"subject", "outcome"})
	for _, kind := range exchange.Kinds() {
		m.exchange.WithLabelValues(kind, exchangeGranted)
		m.exchange.WithLabelValues(kind, exchangeRefused)
	}
	for kind, bounds := range capacity.Refusals() {
		for _, bound := range bounds {
			m.refusals.WithLabelValues(kind, bound)
		}
	}
	for _, outcome := range certificates.Outcomes() {
		m.headers.WithLabelValues(string(outcome))
	}
	for _, outcome := range backchannel.Outcomes() {
		m.notices.WithLabelValues(string(outcome))
	}
	m.registry.MustRegister(m.requests, m.duration, m.notices, m.refusals, m.storage, m.headers, m.exchange,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Register adds what is known only at the moment of a scrape.
func (m *Metrics) Register(state State, log Log) { m.registry.MustRegister(state, log) }

// Handler answers scrapes.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// Observe implements httpx.Observer.
func (m *Metrics) Observe(endpoint string, status int, duration time.Duration) {
	m.requests.WithLabelValues(endpoint, strconv.Itoa(status)).Inc()
	m.duration.WithLabelValues(endpoint).Observe(duration.Seconds())
}

// CountNotice counts what became of a notice that a user signed out.
func (m *Metrics) CountNotice(outcome backchannel.Outcome) {
	m.notices.WithLabelValues(string(outcome)).Inc()
}

// CountHeader counts what became of a header with a client's certificate.
func (m *Metrics) CountHeader(outcome certificates.Outcome) {
	m.headers.WithLabelValues(string(outcome)).Inc()
}

// Outcomes of exchanges.
const (
	exchangeGranted = "granted"
	exchangeRefused = "refused"
)

// CountExchange counts a request to exchange a token of a kind.
func (m *Metrics) CountExchange(subject string, granted bool) {
	outcome := exchangeRefused
	if granted {
		outcome = exchangeGranted
	}
	m.exchange.WithLabelValues(subject, outcome).Inc()
}

// CountRefusal counts a session object of a kind for which a bound left no room.
func (m *Metrics) CountRefusal(kind, bound string) { m.refusals.WithLabelValues(kind, bound).Inc() }
