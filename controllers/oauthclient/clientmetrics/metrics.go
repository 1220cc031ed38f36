package clientmetrics

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

// Metrics are counted from the cache when they are asked for, so that they cannot
// drift from what the statuses say.
type Metrics struct {
	// Reader reads from the cache.
	Reader client.Reader
	// Now is the clock.
	Now func() time.Time
}

var (
	clientsDesc = prometheus.NewDesc("grantor_oauthclients",
		"OAuthClients by the status and the reason of their condition Ready; status Unknown is one that no operator has seen.",
		[]string{"status", "reason"}, nil)
	oldestDesc = prometheus.NewDesc("grantor_client_secret_age_seconds",
		"Age of the oldest client secret that is current, by namespace.", []string{"namespace"}, nil)
	nextDesc = prometheus.NewDesc("grantor_client_secret_next_rotation_timestamp_seconds",
		"When the next client secret is replaced for its age, by namespace; absent where none is.", []string{"namespace"}, nil)
	behindDesc = prometheus.NewDesc("grantor_oauthclients_outdated",
		"OAuthClients whose status does not describe the current spec.", nil, nil)
)

// Describe implements prometheus.Collector.
func (m *Metrics) Describe(ch chan<- *prometheus.Desc) {
	ch <- clientsDesc
	ch <- oldestDesc
	ch <- nextDesc
	ch <- behindDesc
}

// tally is what the metrics are made from.
type tally struct {
	ready  readiness.Counts
	oldest map[string]time.Time
	next   map[string]time.Time
	behind int
}

// Collect implements prometheus.Collector.
func (m *Metrics) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeBound)
	defer cancel()
	list := &oauthv1alpha1.OAuthClientList{}
	// Nothing is changed here, and a copy of each client would be garbage.
	if err := m.Reader.List(ctx, list, client.UnsafeDisableDeepCopy); err != nil {
		ch <- prometheus.NewInvalidMetric(clientsDesc, err)
		return
	}
	t := tallyOf(list.Items)
	t.ready.Collect(ch, clientsDesc)
	for namespace, made := range t.oldest {
		ch <- prometheus.MustNewConstMetric(oldestDesc, prometheus.GaugeValue, m.Now().Sub(made).Seconds(), namespace)
	}
	for namespace, due := range t.next {
		ch <- prometheus.MustNewConstMetric(nextDesc, prometheus.GaugeValue, float64(due.Unix()), namespace)
	}
	ch <- prometheus.MustNewConstMetric(behindDesc, prometheus.GaugeValue, float64(t.behind))
}

func tallyOf(all []oauthv1alpha1.OAuthClient) tally {
	t := tally{ready: readiness.Counts{}, oldest: map[string]time.Time{}, next: map[string]time.Time{}}
	for i := range all {
		c := &all[i]
		t.ready.Add(c.Status.Conditions)
		if c.Status.ObservedGeneration != c.Generation {
			t.behind++
		}
		if len(c.Status.Credentials) > 0 {
			earliest(t.oldest, c.Namespace, c.Status.Credentials[0].CreatedAt.Time)
		}
		if c.Status.NextRotation != nil {
			earliest(t.next, c.Namespace, c.Status.NextRotation.Time)
		}
	}
	return t
}

// earliest keeps the earliest time of each namespace.
func earliest(times map[string]time.Time, namespace string, at time.Time) {
	if known, ok := times[namespace]; !ok || at.Before(known) {
		times[namespace] = at
	}
}
