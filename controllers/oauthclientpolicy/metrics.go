package oauthclientpolicy

import (
	"fmt"

	"github.com/prometheus/client_golang/prometheus"
)

// Metrics are the metrics of policies.
type Metrics struct {
	refused *prometheus.GaugeVec
}

// NewMetrics registers the metrics.
func NewMetrics(registry prometheus.Registerer) (*Metrics, error) {
	m := &Metrics{refused: prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Name: "grantor_clients_refused_by_policy",
		Help: "OAuthClients that OAuthClientPolicies refuse, by the policies' namespace and the reason of Accepted.",
	}, []string{"namespace", "reason"})}
	if err := registry.Register(m.refused); err != nil {
		return nil, fmt.Errorf("register metrics: %w", err)
	}
	return m, nil
}

func (m *Metrics) refuse(namespace string, reasons map[string]int) {
	m.forget(namespace)
	for reason, n := range reasons {
		m.refused.WithLabelValues(namespace, reason).Set(float64(n))
	}
}

func (m *Metrics) forget(namespace string) {
	m.refused.DeletePartialMatch(prometheus.Labels{"namespace": namespace})
}
