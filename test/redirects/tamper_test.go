package redirects

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// Whatever a person writes into a status is no redirect URI, also while no operator puts
// it right; and what a spec does not say any more does not count without one either.
func TestRedirectURIsWrittenByHand(t *testing.T) {
	g, namespace := shared.Grantor(t), shared.Namespace(t)
	const good, evil = "https://app.example/callback", "https://evil.example/callback"
	ingress(t, namespace, "app", "app.example")
	other := application(t, shared.Namespace(t), from(ingressSource("evil")))
	ingress(t, other.Namespace, "evil", "evil.example")
	other = g.AwaitCondition(t, other, oauthv1alpha1.ConditionReady, metav1.ConditionTrue, "")

	tamper := map[string]func(*oauthv1alpha1.OAuthClient){
		"one-more": func(c *oauthv1alpha1.OAuthClient) { c.Status.RedirectURIs = append(c.Status.RedirectURIs, evil) },
		"sealed-for-another-client": func(c *oauthv1alpha1.OAuthClient) {
			c.Status.RedirectURIs, c.Status.PostLogoutRedirectURIs, c.Status.RedirectURIsSeal = other.Status.RedirectURIs, other.Status.PostLogoutRedirectURIs, other.Status.RedirectURIsSeal
		},
		"without-a-seal": func(c *oauthv1alpha1.OAuthClient) {
			c.Status.RedirectURIs, c.Status.RedirectURIsSeal = []string{evil}, ""
		},
		"no-addresses": func(c *oauthv1alpha1.OAuthClient) {
			c.Status.RedirectURIs, c.Status.RedirectURIsSeal = []string{"", "\x00"}, "v1..."
		},
		"nothing":      func(c *oauthv1alpha1.OAuthClient) { c.Status.RedirectURIs, c.Status.RedirectURIsSeal = nil, "" },
		"another-path": func(c *oauthv1alpha1.OAuthClient) { c.Spec.RedirectURIsFrom[0].Path = "/elsewhere" },
	}
	clients := map[string]*oauthv1alpha1.OAuthClient{}
	for name := range tamper {
		clients[name] = g.Create(t, installation.Application(namespace, name, from(ingressSource("app"))))
		countEverywhere(t, clients[name], good, true)
	}
	seals := map[string]string{}
	if err := g.Operator.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	back := false
	t.Cleanup(func() {
		if !back {
			_ = g.Operator.Restart(context.Background())
		}
	})
	for name, change := range tamper {
		c := clients[name]
		seals[name] = c.Status.RedirectURIsSeal
		stored := c.DeepCopy()
		change(c)
		changed := c.DeepCopy()
		if err := g.Admin.Patch(t.Context(), c, client.MergeFrom(stored)); err != nil {
			t.Fatal(err)
		}
		if err := g.Admin.Status().Patch(t.Context(), changed, client.MergeFrom(stored)); err != nil {
			t.Fatal(err)
		}
		// That the old one does not count shows that a replica has heard of it.
		countEverywhere(t, c, good, false)
		for _, server := range g.Servers {
			if counts(t, server.Options().URL, c, evil) {
				t.Errorf("%s: a redirect URI counts that was written into a status", name)
			}
		}
	}
	if err := g.Operator.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	back = true
	for name, c := range clients {
		wanted, path := good, name == "another-path"
		if path {
			wanted = "https://app.example/elsewhere"
		}
		installation.Eventually(t, within, func() bool {
			if err := g.Admin.Get(t.Context(), client.ObjectKeyFromObject(c), c); err != nil {
				t.Fatal(err)
			}
			return slices.Equal(c.Status.RedirectURIs, []string{wanted}) && (path || c.Status.RedirectURIsSeal == seals[name]) &&
				meta.IsStatusConditionTrue(c.Status.Conditions, oauthv1alpha1.ConditionReady)
		}, func() string { return fmt.Sprintf("%s: repaired status; it is %+v", name, c.Status) })
		countEverywhere(t, c, wanted, true)
		countEverywhere(t, c, evil, false)
	}
}
