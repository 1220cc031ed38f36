package oauthserver

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// scrapeBound is how long a scrape may take.
const scrapeBound = 5 * time.Second

// Metrics are counted from the cache when they are asked for, so that they cannot
// drift from what the statuses say.
type Metrics struct {
	// Reader reads from the cache.
	Reader client.Reader
}

var (
	nextKeyDesc = prometheus.NewDesc("grantor_signing_key_next_rotation_timestamp_seconds",
		"When the next signing key of an OAuthServer takes over; absent where none is planned.", []string{"namespace", "name"}, nil)
	keysDesc = prometheus.NewDesc("grantor_keys",
		"Keys of an OAuthServer, by their use, with those that are not used yet and those that are kept for what they made.",
		[]string{"namespace", "name", "use"}, nil)
)

// Describe implements prometheus.Collector.
func (m *Metrics) Describe(ch chan<- *prometheus.Desc) {
	ch <- nextKeyDesc
	ch <- keysDesc
}

// Collect implements prometheus.Collector.
func (m *Metrics) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeBound)
	defer cancel()
	list := &oauthv1alpha1.OAuthServerList{}
	if err := m.Reader.List(ctx, list, client.UnsafeDisableDeepCopy); err != nil {
		ch <- prometheus.NewInvalidMetric(nextKeyDesc, err)
		return
	}
	for i := range list.Items {
		server := &list.Items[i]
		if next := server.Status.NextKeyRotation; next != nil {
			ch <- prometheus.MustNewConstMetric(nextKeyDesc, prometheus.GaugeValue, float64(next.Unix()), server.Namespace, server.Name)
		}
		uses := map[oauthv1alpha1.KeyUse]int{}
		for _, key := range server.Status.Keys {
			uses[key.Use]++
		}
		for use, n := range uses {
			ch <- prometheus.MustNewConstMetric(keysDesc, prometheus.GaugeValue, float64(n), server.Namespace, server.Name, string(use))
		}
	}
}
