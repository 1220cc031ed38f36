package oauthserver

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/readiness"
	"github.com/grantor-dev/grantor/internal/serverspec"
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
	serversDesc = prometheus.NewDesc("grantor_oauthservers",
		"OAuthServers by the status and the reason of their condition Ready; status Unknown is one that no operator has seen.",
		[]string{"status", "reason"}, nil)
	limitDesc = prometheus.NewDesc("grantor_sessions_limit",
		"How many session objects of a kind there may be in a namespace; beyond that its strictest OAuthServer takes no more.",
		[]string{"namespace", "kind"}, nil)
	keyDesc = prometheus.NewDesc("grantor_key_created_timestamp_seconds",
		"When the newest key of a server was created, by its use.", []string{"namespace", "name", "use"}, nil)
	nextKeyDesc = prometheus.NewDesc("grantor_signing_key_next_rotation_timestamp_seconds",
		"When the next signing key of an OAuthServer takes over; absent where none is planned.", []string{"namespace", "name"}, nil)
	keysDesc = prometheus.NewDesc("grantor_keys",
		"Keys of an OAuthServer, by their use, with those that are not used yet and those that are kept for what they made.",
		[]string{"namespace", "name", "use"}, nil)
)

// Describe implements prometheus.Collector.
func (m *Metrics) Describe(ch chan<- *prometheus.Desc) {
	ch <- serversDesc
	ch <- limitDesc
	ch <- keyDesc
	ch <- nextKeyDesc
	ch <- keysDesc
}

// Collect implements prometheus.Collector.
func (m *Metrics) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeBound)
	defer cancel()
	list := &oauthv1alpha1.OAuthServerList{}
	// Nothing is changed here, and a copy of each server would be garbage.
	if err := m.Reader.List(ctx, list, client.UnsafeDisableDeepCopy); err != nil {
		ch <- prometheus.NewInvalidMetric(serversDesc, err)
		return
	}
	counts, limit := readiness.Counts{}, map[limited]int64{}
	for i := range list.Items {
		server := &list.Items[i]
		counts.Add(server.Status.Conditions)
		bounds := serverspec.Of(server).Bounds
		for kind, most := range map[string]int64{"Grant": bounds.MaxGrants, "Login": bounds.MaxLogins, "Mark": bounds.MaxMarks} {
			of := limited{server.Namespace, kind}
			if known, ok := limit[of]; !ok || most < known {
				limit[of] = most
			}
		}
		for use, at := range newestKeys(server) {
			ch <- prometheus.MustNewConstMetric(keyDesc, prometheus.GaugeValue, float64(at.Unix()), server.Namespace, server.Name, use)
		}
		collectKeys(ch, server)
	}
	counts.Collect(ch, serversDesc)
	for of, n := range limit {
		ch <- prometheus.MustNewConstMetric(limitDesc, prometheus.GaugeValue, float64(n), of.namespace, of.kind)
	}
}

// limited is what there is a limit of.
type limited struct{ namespace, kind string }

// newestKeys returns when the newest key of each use was made.
func newestKeys(server *oauthv1alpha1.OAuthServer) map[string]time.Time {
	newest := map[string]time.Time{}
	for _, key := range server.Status.Keys {
		if at := key.CreatedAt.Time; at.After(newest[string(key.Use)]) {
			newest[string(key.Use)] = at
		}
	}
	return newest
}

// collectKeys says how many keys a server has, and when the next one signs.
func collectKeys(ch chan<- prometheus.Metric, server *oauthv1alpha1.OAuthServer) {
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
