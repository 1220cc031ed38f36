package server

import (
	"context"
	"fmt"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/grantor-dev/grantor/internal/lines"
)

// logInterval is how often the server looks whether its log is taken.
const logInterval = time.Second

// logStalled returns an error while nobody takes the lines of the log: requests are
// answered as long as there is room for more, but other replicas can do better.
func (s *Server) logStalled() error {
	if stalled := s.config.Lines.Stalled(); stalled >= lines.StallAfter {
		return fmt.Errorf("nobody has taken the log for %s", stalled.Truncate(time.Second))
	}
	return nil
}

// reportLog says in the log, for whoever reads it later, that nobody took it for a while
// and what became of requests.
func (s *Server) reportLog(ctx context.Context) {
	ticker := time.NewTicker(logInterval)
	defer ticker.Stop()
	var since time.Time
	before := s.config.Lines.Counts()
	for last := before; ; {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		stalled, counts := s.config.Lines.Stalled(), s.config.Lines.Counts()
		going := stalled >= logInterval || counts != last
		last = counts
		if since.IsZero() && (stalled >= lines.StallAfter || counts != before) {
			since = time.Now().Add(-stalled)
		}
		if since.IsZero() || going {
			continue
		}
		s.config.Log.Warn("the log was not taken for a while", "seconds", int(time.Since(since).Seconds()),
			"waited", counts.Waited-before.Waited, "refused", counts.Refused-before.Refused)
		since, before = time.Time{}, counts
	}
}

// logState are the metrics of the program's log.
type logState struct{ lines *lines.Writer }

var (
	stalledDesc = prometheus.NewDesc("grantor_log_stalled_seconds",
		"For how long nobody has taken lines of the log that wait; 0 if all is well. After 5 s the replica is not ready.", nil, nil)
	waitingDesc = prometheus.NewDesc("grantor_log_waiting_bytes",
		"Lines of the log that are not written yet. Beyond 8 MiB requests wait.", nil, nil)
	roomDesc = prometheus.NewDesc("grantor_log_full_requests_total",
		"Requests for whose lines the log had no room, by outcome: waited, and then served; or refused with 503.", []string{"outcome"}, nil)
)

// Describe implements prometheus.Collector.
func (logState) Describe(ch chan<- *prometheus.Desc) {
	ch <- stalledDesc
	ch <- waitingDesc
	ch <- roomDesc
}

// Collect implements prometheus.Collector.
func (m logState) Collect(ch chan<- prometheus.Metric) {
	counts := m.lines.Counts()
	ch <- prometheus.MustNewConstMetric(stalledDesc, prometheus.GaugeValue, m.lines.Stalled().Seconds())
	ch <- prometheus.MustNewConstMetric(waitingDesc, prometheus.GaugeValue, float64(m.lines.Waiting()))
	ch <- prometheus.MustNewConstMetric(roomDesc, prometheus.CounterValue, float64(counts.Waited), "waited")
	ch <- prometheus.MustNewConstMetric(roomDesc, prometheus.CounterValue, float64(counts.Refused), "refused")
}
