package metrics

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/grantor-dev/grantor/internal/lines"
)

// Log are the metrics of the program's log.
type Log struct{ Lines *lines.Writer }

var (
	stalledDesc = prometheus.NewDesc("grantor_log_stalled_seconds",
		"How long waiting lines of the log have not been read; 0 if all is well. After 5 s the replica is not ready.", nil, nil)
	waitingDesc = prometheus.NewDesc("grantor_log_waiting_bytes",
		"Lines of the log that are not written yet. Beyond 8 MiB requests wait.", nil, nil)
	roomDesc = prometheus.NewDesc("grantor_log_full_requests_total",
		"Requests for whose lines the log had no room, by outcome: waited, and then served; or refused with 503.", []string{"outcome"}, nil)
)

// Describe implements prometheus.Collector.
func (Log) Describe(ch chan<- *prometheus.Desc) {
	ch <- stalledDesc
	ch <- waitingDesc
	ch <- roomDesc
}

// Collect implements prometheus.Collector.
func (m Log) Collect(ch chan<- prometheus.Metric) {
	counts := m.Lines.Counts()
	ch <- prometheus.MustNewConstMetric(stalledDesc, prometheus.GaugeValue, m.Lines.Stalled().Seconds())
	ch <- prometheus.MustNewConstMetric(waitingDesc, prometheus.GaugeValue, float64(m.Lines.Waiting()))
	ch <- prometheus.MustNewConstMetric(roomDesc, prometheus.CounterValue, float64(counts.Waited), "waited")
	ch <- prometheus.MustNewConstMetric(roomDesc, prometheus.CounterValue, float64(counts.Refused), "refused")
}
