package server

import (
	"crypto/tls"
	"strings"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/grantor-dev/grantor/server/keys"
)

// state are the metrics of what the server is at the moment of a scrape.
type state struct{ server *Server }

var (
	readyDesc = prometheus.NewDesc("grantor_ready",
		"1 if the replica can answer truthfully, else 0: it then answers 503.", nil, nil)
	ageDesc = prometheus.NewDesc("grantor_copy_age_seconds",
		"How long ago a local copy was last known to be what the API server has; absent before it was read. After 60 s the replica answers 503.",
		[]string{"objects"}, nil)
	signingDesc = prometheus.NewDesc("grantor_signing_key_age_seconds",
		"For how long the present signing key has been signing; absent without keys.", []string{"algorithm"}, nil)
	certificateDesc = prometheus.NewDesc("grantor_tls_certificate_expiry_timestamp_seconds",
		"When the certificate ends that the replica serves https with; absent without https.", nil, nil)
)

// Describe implements prometheus.Collector.
func (state) Describe(ch chan<- *prometheus.Desc) {
	ch <- readyDesc
	ch <- ageDesc
	ch <- signingDesc
	ch <- certificateDesc
}

// Collect implements prometheus.Collector.
func (m state) Collect(ch chan<- prometheus.Metric) {
	ready := 1.0
	if m.server.available() != nil {
		ready = 0
	}
	ch <- prometheus.MustNewConstMetric(readyDesc, prometheus.GaugeValue, ready)
	for _, copied := range m.server.copies.all() {
		if age, ok := copied.Age(); ok {
			ch <- prometheus.MustNewConstMetric(ageDesc, prometheus.GaugeValue, age.Seconds(), strings.TrimPrefix(copied.Name(), "the "))
		}
	}
	for _, algorithm := range keys.Algorithms() {
		if age, ok := m.server.keys.Age(algorithm, m.server.config.Now()); ok {
			ch <- prometheus.MustNewConstMetric(signingDesc, prometheus.GaugeValue, age.Seconds(), algorithm)
		}
	}
	if watcher := m.server.certificate.Load(); watcher != nil {
		m.certificate(ch, watcher.GetCertificate)
	}
}

func (state) certificate(ch chan<- prometheus.Metric, read func(*tls.ClientHelloInfo) (*tls.Certificate, error)) {
	certificate, err := read(nil)
	if err != nil || certificate == nil || certificate.Leaf == nil {
		return
	}
	ch <- prometheus.MustNewConstMetric(certificateDesc, prometheus.GaugeValue, float64(certificate.Leaf.NotAfter.Unix()))
}
