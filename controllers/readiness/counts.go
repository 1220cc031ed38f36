package readiness

import (
	"github.com/prometheus/client_golang/prometheus"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// Counts are objects by the status and the reason of their condition Ready.
type Counts map[ready]int

// ready is what an object says of itself.
type ready struct{ status, reason string }

// Add counts an object with these conditions. Its status is Unknown if no operator has seen it.
func (c Counts) Add(conditions []metav1.Condition) {
	r := ready{status: "Unknown"}
	if condition := meta.FindStatusCondition(conditions, oauthv1alpha1.ConditionReady); condition != nil {
		r = ready{string(condition.Status), condition.Reason}
	}
	c[r]++
}

// Collect sends the counts as a gauge with the labels status and reason.
func (c Counts) Collect(ch chan<- prometheus.Metric, desc *prometheus.Desc) {
	for r, n := range c {
		ch <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, float64(n), r.status, r.reason)
	}
}
