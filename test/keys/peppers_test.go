package keys

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/credentials"
	"github.com/grantor-dev/grantor/test/installation"
)

// polled authenticates with a value at all replicas, again and again, and counts the
// refusals.
func polled(ctx context.Context, t *testing.T, g *installation.Installation, id, value string, refused *atomic.Int64) {
	pace := time.NewTicker(200 * time.Millisecond)
	defer pace.Stop()
	for n := 0; ; n++ {
		select {
		case <-ctx.Done():
			return
		case <-pace.C:
		}
		url := g.Servers[n%len(g.Servers)].Options().URL
		if answer := installation.Post(t, url+"/token", id, value, installation.TokenForm("")); answer.Status != http.StatusOK {
			refused.Add(1)
		}
	}
}

func stored(t testing.TB, g *installation.Installation, c *oauthv1alpha1.OAuthClient) *oauthv1alpha1.OAuthClient {
	t.Helper()
	now := &oauthv1alpha1.OAuthClient{}
	if err := g.Admin.Get(context.Background(), client.ObjectKeyFromObject(c), now); err != nil {
		t.Fatal(err)
	}
	return now
}

// Clients move from one pepper to the next, their secrets stay, and so do old ones
// within their overlap. The pepper is removed when no client needs it.
func TestNoClientSecretIsLostWithItsPepper(t *testing.T) {
	g := grantor(t)
	namespace := shared.Namespace(t)
	rotated := g.Create(t, installation.Service(namespace, "rotated"))
	former := g.Value(t, rotated)
	fresh := stored(t, g, rotated)
	fresh.Spec.Secret.Rotation = &oauthv1alpha1.SecretRotation{RequestedAt: &metav1.Time{Time: time.Now()}, Overlap: seconds(40)}
	if err := g.Admin.Update(t.Context(), fresh); err != nil {
		t.Fatal(err)
	}
	installation.Eventually(t, 15*time.Second, func() bool { return g.Value(t, rotated) != former }, func() string { return "rotated secret" })
	clients := []*oauthv1alpha1.OAuthClient{rotated}
	for n := range 12 {
		clients = append(clients, g.Create(t, installation.Service(namespace, fmt.Sprintf("plain-%d", n))))
	}
	site := fromIngress(t, g, namespace)
	clients = append(clients, site)
	resolved := stored(t, g, site).Status
	g.AwaitCondition(t, rotated, oauthv1alpha1.ConditionReady, metav1.ConditionTrue, "")
	old := keysOf(t, g, oauthv1alpha1.KeyUsePepper)
	was := old[len(old)-1].ID
	for _, key := range old {
		if credentials.PepperID(stored(t, g, clients[1]).Status.Credentials[0].Digest) == key.ID {
			was = key.ID
		}
	}
	secrets, versions := map[string]string{}, map[string]string{}
	for _, c := range clients {
		s := g.Secret(t, c)
		secrets[c.Name], versions[c.Name] = string(s.Data["client_secret"]), s.ResourceVersion
	}

	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var refused atomic.Int64
	var work sync.WaitGroup
	for _, c := range clients[:4] {
		work.Go(func() { polled(ctx, t, g, c.ClientID(), secrets[c.Name], &refused) })
	}
	unready := watchReady(ctx, t, g, clients)
	formerEnds, stopFormer := context.WithTimeout(ctx, 20*time.Second)
	defer stopFormer()
	work.Go(func() { polled(formerEnds, t, g, rotated.ClientID(), former, &refused) })
	// A minute lets all move within eight seconds.
	g.ChangeServer(t, func(s *oauthv1alpha1.OAuthServer) { s.Spec.Keys.RootRotationInterval = seconds(64) })
	requestRotation(t, g, oauthv1alpha1.KeyUsePepper)
	for _, c := range clients {
		installation.Eventually(t, 30*time.Second, func() bool {
			return credentials.PepperID(stored(t, g, c).Status.Credentials[0].Digest) != was
		}, func() string { return c.Name + " with the next pepper" })
	}
	// Clients of other tests need the pepper as well, and move no more once the interval is long.
	installation.Eventually(t, time.Minute, func() bool {
		all := &oauthv1alpha1.OAuthClientList{}
		if err := g.Admin.List(t.Context(), all); err != nil {
			t.Fatal(err)
		}
		return !slices.ContainsFunc(all.Items, func(c oauthv1alpha1.OAuthClient) bool {
			return len(c.Status.Credentials) > 0 && credentials.PepperID(c.Status.Credentials[0].Digest) == was || credentials.PepperID(c.Status.RedirectURIsSeal) == was
		})
	}, func() string { return "clients of other tests with the next pepper" })
	if now := stored(t, g, site).Status; credentials.PepperID(now.RedirectURIsSeal) == was || !slices.Equal(now.RedirectURIs, resolved.RedirectURIs) || len(now.RedirectURIs) != 1 {
		t.Errorf("the redirect URIs were %v and are %v, sealed by %q", resolved.RedirectURIs, now.RedirectURIs, credentials.PepperID(now.RedirectURIsSeal))
	}
	g.ChangeServer(t, func(s *oauthv1alpha1.OAuthServer) { s.Spec.Keys.RootRotationInterval = nil })
	installation.Eventually(t, 4*time.Minute, func() bool {
		for _, key := range keysOf(t, g, oauthv1alpha1.KeyUsePepper) {
			if key.ID == was {
				return false
			}
		}
		return true
	}, func() string {
		text, _ := json.Marshal(server(t, g).Status)
		return fmt.Sprintf("status without the pepper %s; it is %s", was, text)
	})
	stop()
	work.Wait()
	if refused.Load() > 0 {
		t.Errorf("%d requests were refused", refused.Load())
	}
	if n := unready(); n > 0 {
		t.Errorf("clients were seen %d times not to be ready", n)
	}
	for _, c := range clients {
		if s := g.Secret(t, c); s.ResourceVersion != versions[c.Name] {
			t.Errorf("the Secret of %s was written", c.Name)
		}
	}
}

// fromIngress returns a client whose redirect URI is that of an Ingress, which the
// operator seals with a pepper.
func fromIngress(t *testing.T, g *installation.Installation, namespace string) *oauthv1alpha1.OAuthClient {
	t.Helper()
	ingress := &networkingv1.Ingress{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "site"}}
	ingress.Spec.Rules = []networkingv1.IngressRule{{Host: "site.example"}}
	ingress.Spec.DefaultBackend = &networkingv1.IngressBackend{Service: &networkingv1.IngressServiceBackend{
		Name: "site", Port: networkingv1.ServiceBackendPort{Number: 80},
	}}
	kube, err := kubernetes.NewForConfig(g.Kube.Config)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := kube.NetworkingV1().Ingresses(namespace).Create(t.Context(), ingress, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	return g.Create(t, installation.Application(namespace, "site", func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.RedirectURIs = nil
		c.Spec.RedirectURIsFrom = []oauthv1alpha1.RedirectSource{{Kind: oauthv1alpha1.RedirectSourceIngress, Name: "site", Path: "/callback"}}
	}))
}

// watchReady counts how often one of the clients is seen not to be ready.
func watchReady(ctx context.Context, t *testing.T, g *installation.Installation, clients []*oauthv1alpha1.OAuthClient) func() int {
	t.Helper()
	var seen int
	done := make(chan struct{})
	go func() {
		defer close(done)
		for pace := time.NewTicker(250 * time.Millisecond); ; {
			select {
			case <-ctx.Done():
				pace.Stop()
				return
			case <-pace.C:
			}
			for _, c := range clients {
				if !meta.IsStatusConditionTrue(stored(t, g, c).Status.Conditions, oauthv1alpha1.ConditionReady) {
					seen++
				}
			}
		}
	}()
	return func() int { <-done; return seen }
}
