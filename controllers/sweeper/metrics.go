package sweeper

import (
	"fmt"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Reasons for which an object is deleted.
const (
	reasonExpired  = "expired"
	reasonOrphaned = "orphaned"
	reasonExcess   = "excess"
)

// Metrics are the sweeper's metrics.
type Metrics struct {
	deleted *prometheus.CounterVec
	objects *prometheus.GaugeVec
	swept   prometheus.Gauge
}

// NewMetrics registers the metrics.
func NewMetrics(registry prometheus.Registerer) (*Metrics, error) {
	m := &Metrics{
		deleted: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "grantor_sessions_swept_total",
			Help: "Session objects deleted, by kind and by reason: expired, orphaned when the client or the user is gone, or excess when the user has more than allowed.",
		}, []string{"kind", "reason"}),
		objects: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "grantor_sessions",
			Help: "Session objects at the end of the last whole sweep, by namespace and kind.",
		}, []string{"namespace", "kind"}),
		swept: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "grantor_sessions_sweep_success_timestamp_seconds",
			Help: "When the last whole sweep of session objects ended; 0 before the first, and on an operator that does not lead.",
		}),
	}
	for _, kind := range kinds {
		for _, reason := range []string{reasonExpired, reasonOrphaned, reasonExcess} {
			m.deleted.WithLabelValues(kind.name, reason)
		}
	}
	for _, collector := range []prometheus.Collector{m.deleted, m.objects, m.swept} {
		if err := registry.Register(collector); err != nil {
			return nil, fmt.Errorf("register metrics: %w", err)
		}
	}
	return m, nil
}

func (m *Metrics) delete(kind, reason string) { m.deleted.WithLabelValues(kind, reason).Inc() }

func (m *Metrics) end(at time.Time) { m.swept.Set(float64(at.Unix())) }

func (m *Metrics) count(c counts) {
	m.objects.Reset()
	for namespace, t := range c {
		for _, kind := range kinds {
			m.objects.WithLabelValues(namespace, kind.name).Set(float64(t.kinds[kind.name]))
		}
	}
}
