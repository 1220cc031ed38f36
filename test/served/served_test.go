package served

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/internal/replicas"
	"github.com/grantor-dev/grantor/test/installation"
)

// created creates a client and does not wait for it.
func created(t *testing.T, g *installation.Installation, c *oauthv1alpha1.OAuthClient) *oauthv1alpha1.OAuthClient {
	t.Helper()
	if err := g.Admin.Create(t.Context(), c); err != nil {
		t.Error(err)
	}
	return c
}

// whenReady calls f the moment that a client is seen to be ready.
func whenReady(t *testing.T, g *installation.Installation, c *oauthv1alpha1.OAuthClient, f func()) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for {
		seen := &oauthv1alpha1.OAuthClient{}
		if err := g.Admin.Get(ctx, client.ObjectKeyFromObject(c), seen); err != nil {
			return err
		}
		if meta.IsStatusConditionTrue(seen.Status.Conditions, oauthv1alpha1.ConditionReady) {
			f()
			return nil
		}
	}
}

func TestReadyMeansThatTheSecretAuthenticatesAtEveryReplica(t *testing.T) {
	g, namespace := shared.Grantor(t), shared.Namespace(t)
	var refused atomic.Int64
	var work sync.WaitGroup
	for n := range 24 {
		work.Go(func() {
			c := created(t, g, installation.Service(namespace, fmt.Sprintf("app-%d", n)))
			err := whenReady(t, g, c, func() {
				value := g.Value(t, c)
				for _, replica := range g.Servers {
					if answer := installation.Post(t, replica.Options().URL+"/token", c.ClientID(), value, installation.TokenForm("")); answer.Status != http.StatusOK {
						refused.Add(1)
					}
				}
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	work.Wait()
	if refused.Load() > 0 {
		t.Errorf("%d requests of clients that were Ready were refused", refused.Load())
	}
}

func TestReplicaThatIsBehindHoldsBackReadyAndRotation(t *testing.T) {
	g, namespace := shared.Grantor(t), shared.Namespace(t)
	proxy := g.Stallable(t)
	rotated := g.Create(t, installation.Service(namespace, "rotated"))
	g.AwaitCondition(t, rotated, oauthv1alpha1.ConditionReady, metav1.ConditionTrue, oauthv1alpha1.ReasonReady)
	former := g.Value(t, rotated)

	proxy.Stall(devenv.WithVerbs("watch"))
	defer proxy.Resume()
	late := created(t, g, installation.Service(namespace, "late"))
	g.AwaitCondition(t, late, oauthv1alpha1.ConditionServed, metav1.ConditionFalse, oauthv1alpha1.ReasonReplicasBehind)
	g.AwaitCondition(t, late, oauthv1alpha1.ConditionReady, metav1.ConditionFalse, oauthv1alpha1.ReasonReplicasBehind)
	request := client.RawPatch("application/merge-patch+json", fmt.Appendf(nil,
		`{"spec":{"secret":{"rotation":{"requestedAt":%q}}}}`, time.Now().UTC().Format(time.RFC3339)))
	if err := g.Admin.Patch(t.Context(), rotated, request); err != nil {
		t.Fatal(err)
	}
	g.AwaitCondition(t, rotated, oauthv1alpha1.ConditionServed, metav1.ConditionFalse, oauthv1alpha1.ReasonReplicasBehind)
	if g.Value(t, rotated) != former {
		t.Error("the Secret holds a value that a ready replica does not know")
	}

	proxy.Resume()
	g.AwaitCondition(t, late, oauthv1alpha1.ConditionReady, metav1.ConditionTrue, oauthv1alpha1.ReasonReady)
	g.AwaitCondition(t, rotated, oauthv1alpha1.ConditionReady, metav1.ConditionTrue, oauthv1alpha1.ReasonReady)
	if g.Value(t, rotated) == former {
		t.Error("the rotation was forgotten")
	}
}

func TestWithoutAReadyReplicaAClientIsNotReady(t *testing.T) {
	g, namespace := shared.Grantor(t), shared.Namespace(t)
	if err := g.Announce(t.Context()); err != nil {
		t.Fatal(err)
	}
	c := created(t, g, installation.Service(namespace, "early"))
	c = g.AwaitCondition(t, c, oauthv1alpha1.ConditionServed, metav1.ConditionFalse, oauthv1alpha1.ReasonNoReadyReplica)
	if !meta.IsStatusConditionTrue(c.Status.Conditions, oauthv1alpha1.ConditionReconciling) {
		t.Error("the client does not say that it waits")
	}
	if g.Value(t, c) == "" {
		t.Error("the Secret is kept from pods that need it to start")
	}
	if err := g.Announce(t.Context(), g.Servers...); err != nil {
		t.Fatal(err)
	}
	g.AwaitCondition(t, c, oauthv1alpha1.ConditionReady, metav1.ConditionTrue, oauthv1alpha1.ReasonReady)
}

// TestReplicasTellNothing: the internal port confirms what is asked of it and tells
// nothing to whoever does not know the state.
func TestReplicasTellNothing(t *testing.T) {
	g, namespace := shared.Grantor(t), shared.Namespace(t)
	c := g.Create(t, installation.Service(namespace, "app"))
	c = g.AwaitCondition(t, c, oauthv1alpha1.ConditionReady, metav1.ConditionTrue, oauthv1alpha1.ReasonReady)
	known, other := replicas.About(c), replicas.About(c)
	other.State = replicas.State(&oauthv1alpha1.OAuthClient{})
	tests := map[string]struct {
		query  string
		status int
	}{
		"a state that it has":             {known.Query(), http.StatusNoContent},
		"another state":                   {other.Query(), http.StatusNotFound},
		"a client that is not there":      {replicas.Question{Namespace: namespace, Name: "gone", State: known.State}.Query(), http.StatusNotFound},
		"the client in another namespace": {replicas.Question{Namespace: "default", Name: c.Name, State: known.State}.Query(), http.StatusNotFound},
		"a name that reaches elsewhere":   {replicas.Question{Namespace: "..", Name: namespace + "/app", State: known.State}.Query(), http.StatusNotFound},
		"no state":                        {"namespace=" + namespace + "&name=app", http.StatusBadRequest},
		"nothing":                         {"", http.StatusBadRequest},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			request, err := http.NewRequestWithContext(t.Context(), http.MethodGet,
				g.Servers[0].Options().MetricsURL+replicas.Path+"?"+test.query, http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			if answer := installation.Do(t, request); answer.Status != test.status {
				t.Errorf("answered %d %s, wanted %d", answer.Status, answer.Body, test.status)
			}
		})
	}
}

// A replica that was started without the client's way to authenticate accepts it never.
func TestClientWithACertificateIsNotReadyWhereNoneIsAskedFor(t *testing.T) {
	g, namespace := shared.Grantor(t), shared.Namespace(t)
	for name, change := range map[string]func(*oauthv1alpha1.OAuthClient){
		"authenticated": func(c *oauthv1alpha1.OAuthClient) {
			c.Spec.Authentication = oauthv1alpha1.ClientAuthentication{
				Method: oauthv1alpha1.AuthenticationTLS, TLS: &oauthv1alpha1.ClientTLS{SANDNS: "app.team.svc"},
			}
		},
		"bound": func(c *oauthv1alpha1.OAuthClient) {
			c.Spec.Tokens.AccessToken.Binding = oauthv1alpha1.AccessTokenBindingCertificate
		},
	} {
		c := created(t, g, installation.Service(namespace, name, change))
		g.AwaitCondition(t, c, oauthv1alpha1.ConditionServed, metav1.ConditionFalse, oauthv1alpha1.ReasonMethodNotOffered)
		g.AwaitCondition(t, c, oauthv1alpha1.ConditionReady, metav1.ConditionFalse, oauthv1alpha1.ReasonMethodNotOffered)
		g.AwaitCondition(t, c, oauthv1alpha1.ConditionStalled, metav1.ConditionTrue, oauthv1alpha1.ReasonMethodNotOffered)
	}
}
