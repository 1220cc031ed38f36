package tokenmetrics

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// scrapeBound is how long a scrape may take.
const scrapeBound = 5 * time.Second

// Metrics counts token requests, and OAuthTokens from the cache when it is asked.
type Metrics struct {
	// Reader reads from the cache.
	Reader client.Reader

	requests *prometheus.CounterVec
}

// New returns metrics that are registered.
func New(registry prometheus.Registerer, reader client.Reader) (*Metrics, error) {
	m := &Metrics{Reader: reader, requests: prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "grantor_oauthtoken_requests_total",
		Help: "Token requests for OAuthTokens, by their outcome: Stored, or the reason of a failure.",
	}, []string{"outcome"})}
	return m, registry.Register(m)
}

var (
	tokensDesc = prometheus.NewDesc("grantor_oauthtokens",
		"OAuthTokens by the status and the reason of their condition Ready; status Unknown is one that no operator has seen.",
		[]string{"status", "reason"}, nil)
	failingDesc = prometheus.NewDesc("grantor_oauthtokens_failing",
		"OAuthTokens that cannot be replaced or that a person must authorize, by namespace.", []string{"namespace"}, nil)
	endDesc = prometheus.NewDesc("grantor_oauthtokens_failing_expiry_timestamp_seconds",
		"When the first token expires that cannot be replaced, by namespace; absent where there is none.", []string{"namespace"}, nil)
)

// Describe implements prometheus.Collector.
func (m *Metrics) Describe(ch chan<- *prometheus.Desc) {
	m.requests.Describe(ch)
	ch <- tokensDesc
	ch <- failingDesc
	ch <- endDesc
}

// Collect implements prometheus.Collector.
func (m *Metrics) Collect(ch chan<- prometheus.Metric) {
	m.requests.Collect(ch)
	ctx, cancel := context.WithTimeout(context.Background(), scrapeBound)
	defer cancel()
	list := &oauthv1alpha1.OAuthTokenList{}
	if err := m.Reader.List(ctx, list, client.UnsafeDisableDeepCopy); err != nil {
		ch <- prometheus.NewInvalidMetric(tokensDesc, err)
		return
	}
	t := tallyOf(list.Items)
	for r, n := range t.ready {
		ch <- prometheus.MustNewConstMetric(tokensDesc, prometheus.GaugeValue, float64(n), r[0], r[1])
	}
	for namespace, n := range t.failing {
		ch <- prometheus.MustNewConstMetric(failingDesc, prometheus.GaugeValue, float64(n), namespace)
	}
	for namespace, end := range t.ends {
		ch <- prometheus.MustNewConstMetric(endDesc, prometheus.GaugeValue, float64(end.Unix()), namespace)
	}
}

// tally is what the metrics are made from.
type tally struct {
	ready   map[[2]string]int
	failing map[string]int
	ends    map[string]time.Time
}

func tallyOf(all []oauthv1alpha1.OAuthToken) tally {
	t := tally{ready: map[[2]string]int{}, failing: map[string]int{}, ends: map[string]time.Time{}}
	for i := range all {
		token := &all[i]
		conditions := token.Status.Conditions
		r := [2]string{"Unknown", ""}
		if ready := meta.FindStatusCondition(conditions, oauthv1alpha1.ConditionReady); ready != nil {
			r = [2]string{string(ready.Status), ready.Reason}
		}
		t.ready[r]++
		if !fails(token) {
			continue
		}
		t.failing[token.Namespace]++
		end := token.Status.ExpiresAt
		if first, ok := t.ends[token.Namespace]; end != nil && (!ok || end.Time.Before(first)) {
			t.ends[token.Namespace] = end.Time
		}
	}
	return t
}

// fails reports whether somebody has to do something about a token.
func fails(token *oauthv1alpha1.OAuthToken) bool {
	conditions := token.Status.Conditions
	return meta.IsStatusConditionTrue(conditions, oauthv1alpha1.ConditionRefreshFailing) ||
		meta.IsStatusConditionTrue(conditions, oauthv1alpha1.ConditionAuthorizationDue) ||
		meta.IsStatusConditionFalse(conditions, oauthv1alpha1.ConditionReady) && token.Status.SecretName != ""
}

// Failed counts a failure by its reason; nil does not count.
func (m *Metrics) Failed(reason string) {
	if m != nil {
		m.requests.WithLabelValues(reason).Inc()
	}
}

// Stored counts an access token that was stored; nil does not count.
func (m *Metrics) Stored() {
	if m != nil {
		m.requests.WithLabelValues("Stored").Inc()
	}
}
