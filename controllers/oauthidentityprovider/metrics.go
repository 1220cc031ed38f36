package oauthidentityprovider

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/readiness"
)

// scrapeBound is how long a scrape may take.
const scrapeBound = 5 * time.Second

// Metrics are counted from the cache when they are asked for, so that they cannot drift from
// what the statuses say.
type Metrics struct {
	// Reader reads from the cache.
	Reader client.Reader
}

var providersDesc = prometheus.NewDesc("grantor_oauthidentityproviders",
	"OAuthIdentityProviders by the status and the reason of their condition Ready; status Unknown is one that no operator has seen.",
	[]string{"status", "reason"}, nil)

// Describe implements prometheus.Collector.
func (m *Metrics) Describe(ch chan<- *prometheus.Desc) { ch <- providersDesc }

// Collect implements prometheus.Collector.
func (m *Metrics) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeBound)
	defer cancel()
	list := &oauthv1alpha1.OAuthIdentityProviderList{}
	// Nothing is changed here, and a copy of each provider would be garbage.
	if err := m.Reader.List(ctx, list, client.UnsafeDisableDeepCopy); err != nil {
		ch <- prometheus.NewInvalidMetric(providersDesc, err)
		return
	}
	counts := readiness.Counts{}
	for i := range list.Items {
		counts.Add(list.Items[i].Status.Conditions)
	}
	counts.Collect(ch, providersDesc)
}
