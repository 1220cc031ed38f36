package clientmetrics

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

func at(d time.Duration) *metav1.Time { return &metav1.Time{Time: noon.Add(d)} }

// clients are what the cache holds.
type clients struct {
	client.Reader
	items []oauthv1alpha1.OAuthClient
	err   error
}

func (c clients) List(_ context.Context, list client.ObjectList, _ ...client.ListOption) error {
	list.(*oauthv1alpha1.OAuthClientList).Items = c.items
	return c.err
}

func counted(namespace string, generation, observed int64, status metav1.ConditionStatus, reason string, made ...time.Duration) oauthv1alpha1.OAuthClient {
	c := oauthv1alpha1.OAuthClient{}
	c.Namespace, c.Generation, c.Status.ObservedGeneration = namespace, generation, observed
	if status != "" {
		c.Status.Conditions = []metav1.Condition{{Type: oauthv1alpha1.ConditionReady, Status: status, Reason: reason}}
	}
	for _, d := range made {
		c.Status.Credentials = append(c.Status.Credentials, oauthv1alpha1.CredentialStatus{CreatedAt: *at(d)})
	}
	return c
}

func rotating(c oauthv1alpha1.OAuthClient, in time.Duration) oauthv1alpha1.OAuthClient {
	c.Status.NextRotation = at(in)
	return c
}

func TestMetrics(t *testing.T) {
	m := &Metrics{Now: func() time.Time { return noon }, Reader: clients{items: []oauthv1alpha1.OAuthClient{
		counted("a", 1, 1, "True", "Ready", -time.Hour, -48*time.Hour),
		counted("a", 3, 2, "True", "Ready", -2*time.Hour),
		counted("b", 1, 1, "False", "ScopeNotAllowed"),
		rotating(counted("b", 1, 1, "True", "Ready"), time.Hour), rotating(counted("b", 1, 1, "True", "Ready"), time.Minute),
		counted("b", 1, -1, "", "", -time.Minute),
	}}}
	want := `
# HELP grantor_client_secret_age_seconds Age of the oldest client secret that is current, by namespace.
# TYPE grantor_client_secret_age_seconds gauge
grantor_client_secret_age_seconds{namespace="a"} 7200
grantor_client_secret_age_seconds{namespace="b"} 60
# HELP grantor_client_secret_next_rotation_timestamp_seconds When the next client secret is replaced for its age, by namespace; absent where none is.
# TYPE grantor_client_secret_next_rotation_timestamp_seconds gauge
grantor_client_secret_next_rotation_timestamp_seconds{namespace="b"} ` + fmt.Sprint(noon.Add(time.Minute).Unix()) + `
# HELP grantor_oauthclients OAuthClients by the status and the reason of their condition Ready; status Unknown is one that no operator has seen.
# TYPE grantor_oauthclients gauge
grantor_oauthclients{reason="",status="Unknown"} 1
grantor_oauthclients{reason="Ready",status="True"} 4
grantor_oauthclients{reason="ScopeNotAllowed",status="False"} 1
# HELP grantor_oauthclients_outdated OAuthClients whose status does not describe the current spec.
# TYPE grantor_oauthclients_outdated gauge
grantor_oauthclients_outdated 2
`
	if err := testutil.CollectAndCompare(m, strings.NewReader(want)); err != nil {
		t.Error(err)
	}
	if problems, err := testutil.CollectAndLint(m); err != nil || len(problems) > 0 {
		t.Errorf("%v, %v", problems, err)
	}
}

func TestMetricsSayThatTheyCannotBeCounted(t *testing.T) {
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(&Metrics{Now: time.Now, Reader: clients{err: errors.New("no cache")}})
	if _, err := registry.Gather(); err == nil {
		t.Error("a scrape without a cache looks like one without clients")
	}
}
