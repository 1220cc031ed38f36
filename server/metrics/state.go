package metrics

import (
	"strings"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/grantor-dev/grantor/internal/clock"
	"github.com/grantor-dev/grantor/server/certificates"
	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/watch"
)

// State are the metrics of what the server is at the moment of a scrape.
type State struct {
	// Available returns an error while the server cannot answer truthfully.
	Available func() error
	// Copies are the local copies, Keys the server's keys.
	Copies []*watch.Copy
	Keys   *keys.Store
	// Certificate is what the server serves https with.
	Certificate *certificates.Serving
	// Clock is the clock of the API server.
	Clock *clock.Clock
}

var (
	readyDesc = prometheus.NewDesc("grantor_ready",
		"1 if the replica can answer truthfully, else 0: it then answers 503.", nil, nil)
	ageDesc = prometheus.NewDesc("grantor_copy_age_seconds",
		"How long ago a local copy was last known to be what the API server has; absent before it was read. After 60 s the replica answers 503.",
		[]string{"objects"}, nil)
	signingDesc = prometheus.NewDesc("grantor_signing_key_age_seconds",
		"For how long the present signing key has been signing; absent without keys.", []string{"algorithm"}, nil)
	offsetDesc = prometheus.NewDesc("grantor_clock_offset_seconds",
		"By how much the replica corrects its clock to agree with the API server's; positive where its own is behind.", nil, nil)
	certificateDesc = prometheus.NewDesc("grantor_tls_certificate_expiry_timestamp_seconds",
		"When the certificate ends that the replica serves https with; absent without https.", nil, nil)
)

// Describe implements prometheus.Collector.
func (State) Describe(ch chan<- *prometheus.Desc) {
	ch <- readyDesc
	ch <- ageDesc
	ch <- signingDesc
	ch <- offsetDesc
	ch <- certificateDesc
}

// Collect implements prometheus.Collector.
func (m State) Collect(ch chan<- prometheus.Metric) {
	ready := 1.0
	if m.Available() != nil {
		ready = 0
	}
	ch <- prometheus.MustNewConstMetric(readyDesc, prometheus.GaugeValue, ready)
	for _, copied := range m.Copies {
		if age, ok := copied.Age(); ok {
			ch <- prometheus.MustNewConstMetric(ageDesc, prometheus.GaugeValue, age.Seconds(), strings.TrimPrefix(copied.Name(), "the "))
		}
	}
	for _, algorithm := range keys.Algorithms() {
		if age, ok := m.Keys.Age(algorithm, m.Clock.Now()); ok {
			ch <- prometheus.MustNewConstMetric(signingDesc, prometheus.GaugeValue, age.Seconds(), algorithm)
		}
	}
	ch <- prometheus.MustNewConstMetric(offsetDesc, prometheus.GaugeValue, m.Clock.Offset().Seconds())
	if certificate := m.Certificate.Current(); certificate != nil && certificate.Leaf != nil {
		ch <- prometheus.MustNewConstMetric(certificateDesc, prometheus.GaugeValue, float64(certificate.Leaf.NotAfter.Unix()))
	}
}
