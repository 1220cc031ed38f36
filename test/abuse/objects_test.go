package abuse

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// claimants is H1: a tenant claims the neutral application's client ID again and again, and
// an unauthenticated caller asks for it, and for the web origin that all claimants name.
func claimants(t *testing.T, f *field) string {
	t.Helper()
	const origin = "https://abuse.example"
	ask := func() {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodOptions, f.Issuer+"/token", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Origin", origin)
		request.Header.Set("Access-Control-Request-Method", http.MethodPost)
		if answer := installation.Do(t, request); answer.Header.Get("Access-Control-Allow-Origin") != "" {
			t.Fatal("an origin that only refused clients name is allowed")
		}
		if answer := installation.Post(t, f.Issuer+"/token", f.neutral.app.ID, "wrong", url.Values{"grant_type": {"refresh_token"}}); answer.Status != http.StatusUnauthorized {
			t.Fatalf("a wrong secret is answered %d %s", answer.Status, answer.Body)
		}
	}
	claimant := func(n int) client.Object {
		if n%10 == 0 {
			ask()
		}
		return installation.Application(f.tenant.namespace, fmt.Sprint("claimant-", n), func(c *oauthv1alpha1.OAuthClient) {
			c.Spec.ClientID = f.neutral.app.ID
			c.Spec.AllowedOrigins = []oauthv1alpha1.Origin{origin}
		})
	}
	all := number(100, 4000)
	if err := f.tenant.createAll(t.Context(), 100, all, claimant); err != nil {
		t.Fatal(err)
	}
	repeat(10, 10, func(int) { ask() })
	return fmt.Sprintf("%d claimants; %s", all, f.newcomer(t, "after-claimants"))
}

// neverServed is M6: clients that no replica can serve keep no worker of the operator from
// those of others.
func neverServed(t *testing.T, f *field) string {
	t.Helper()
	all := number(20, 400)
	err := f.tenant.createAll(t.Context(), 25, all, func(n int) client.Object {
		return installation.Service(f.tenant.namespace, fmt.Sprint("never-", n), func(c *oauthv1alpha1.OAuthClient) {
			c.Spec.Authentication.Method = oauthv1alpha1.AuthenticationTLS
			c.Spec.Authentication.TLS = &oauthv1alpha1.ClientTLS{SANDNS: "app.example"}
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%d clients; %s", all, f.newcomer(t, "after-never-served"))
}

// largest is H2: each object is as large as the schema and the API server admit, with
// annotations of a size in KiB.
func largest(annotations int) func(t *testing.T, f *field) string {
	return func(t *testing.T, f *field) string {
		t.Helper()
		all := number(10, 400)
		if err := f.tenant.createAll(t.Context(), 25, all, func(n int) client.Object { return large(f.tenant.namespace, n, annotations<<10) }); err != nil {
			t.Fatal(err)
		}
		return fmt.Sprintf("%d objects; %s", all, f.newcomer(t, fmt.Sprint("after-largest-", annotations)))
	}
}

// large returns an OAuthClient that is accepted and nearly as large as one can be, and makes
// the operator write a large Secret.
func large(namespace string, n, annotations int) client.Object {
	return installation.Application(namespace, fmt.Sprint("large-", n), func(c *oauthv1alpha1.OAuthClient) {
		c.Annotations = map[string]string{"abuse.example/padding": strings.Repeat("a", annotations)}
		c.Spec.RedirectURIs = nil
		for i := range 8 {
			uri := fmt.Sprintf("https://abuse.example/%d/", i)
			c.Spec.RedirectURIs = append(c.Spec.RedirectURIs, oauthv1alpha1.RedirectURI(uri+strings.Repeat("r", 2048-len(uri))))
		}
		c.Spec.Secret.Template = &oauthv1alpha1.SecretTemplate{Data: map[string]oauthv1alpha1.SecretTemplateText{
			"padding": oauthv1alpha1.SecretTemplateText(strings.Repeat("t", 8192)),
			"large":   oauthv1alpha1.SecretTemplateText("{{ join .redirectURIs \",\" }}" + strings.Repeat("t", 8000)),
		}}
	})
}

// smallObjects is the control of claimants, for a quarter of the time.
func smallObjects(t *testing.T, f *field) { f.configMaps(t, 100, 1000, 1<<10) }

// largeObjects is the control of largest.
func largeObjects(annotations int) func(t *testing.T, f *field) {
	return func(t *testing.T, f *field) { f.configMaps(t, 25, 400, (annotations+40)<<10) }
}

// configMaps creates n ConfigMaps of a size at a rate.
func (f *field) configMaps(t *testing.T, perSecond, n, size int) {
	t.Helper()
	err := f.tenant.createAll(t.Context(), perSecond, n, func(n int) client.Object {
		return &corev1.ConfigMap{
			ObjectMeta: metav1.ObjectMeta{Namespace: f.tenant.namespace, Name: fmt.Sprint("control-", n)},
			Data:       map[string]string{"padding": strings.Repeat("a", size)},
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}

// newcomer creates a client of the neutral application and says when it is ready.
func (f *field) newcomer(t *testing.T, name string) string {
	t.Helper()
	began := time.Now()
	c := installation.Service(f.home, name)
	if err := f.Admin.Create(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	f.AwaitCondition(t, c, oauthv1alpha1.ConditionReady, metav1.ConditionTrue, "")
	return fmt.Sprintf("another client is ready after %s", time.Since(began).Round(100*time.Millisecond))
}
