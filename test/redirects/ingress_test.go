package redirects

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

const resolved = oauthv1alpha1.ConditionRedirectURIsResolved

func TestRedirectURIsFollowAnIngress(t *testing.T) {
	t.Parallel()
	g, namespace := shared.Grantor(t), shared.Namespace(t)
	c := application(t, namespace, from(ingressSource("app")))

	// The client comes first and waits.
	g.AwaitCondition(t, c, oauthv1alpha1.ConditionServed, metav1.ConditionTrue, "")
	waiting := g.AwaitCondition(t, c, resolved, metav1.ConditionFalse, oauthv1alpha1.ReasonRedirectSourceNotFound)
	waiting = g.AwaitCondition(t, waiting, oauthv1alpha1.ConditionReady, metav1.ConditionFalse, oauthv1alpha1.ReasonRedirectSourceNotFound)
	if !meta.IsStatusConditionTrue(waiting.Status.Conditions, oauthv1alpha1.ConditionReconciling) || !strings.Contains(message(waiting), `Ingress "app"`) {
		t.Errorf("it says %+v", waiting.Status.Conditions)
	}

	object := ingress(t, namespace, "app", "b.example", "*.wild.example", "a.example")
	g.AwaitCondition(t, c, resolved, metav1.ConditionTrue, "")
	c = g.AwaitCondition(t, c, oauthv1alpha1.ConditionReady, metav1.ConditionTrue, "")
	if !slices.Equal(c.Status.RedirectURIs, []string{"https://a.example/callback", "https://b.example/callback"}) ||
		!slices.Equal(c.Status.PostLogoutRedirectURIs, []string{"https://a.example/bye", "https://b.example/bye"}) || !strings.Contains(message(c), `"*.wild.example"`) {
		t.Errorf("the status is %+v", c.Status)
	}
	// Ready means that every replica knows them.
	for _, server := range g.Servers {
		if !counts(t, server.Options().URL, c, "https://b.example/callback") {
			t.Error("the client is ready, and a replica does not know a redirect URI")
		}
		for _, other := range []string{"https://b.example/bye", "https://x.wild.example/callback", "https://c.example/callback", "http://a.example/callback"} {
			if counts(t, server.Options().URL, c, other) {
				t.Errorf("%s counts", other)
			}
		}
	}
	signIn(t, c)

	edit(t, object, func(o *unstructured.Unstructured) { setHosts(o, []string{"a.example", "c.example"}) })
	countEverywhere(t, c, "https://c.example/callback", true)
	countEverywhere(t, c, "https://b.example/callback", false)
	g.AwaitCondition(t, c, oauthv1alpha1.ConditionReady, metav1.ConditionTrue, "")

	if err := g.Admin.Delete(t.Context(), object); err != nil {
		t.Fatal(err)
	}
	countEverywhere(t, c, "https://a.example/callback", false)
	c = g.AwaitCondition(t, c, oauthv1alpha1.ConditionReady, metav1.ConditionFalse, oauthv1alpha1.ReasonRedirectSourceNotFound)
	if len(c.Status.RedirectURIs) != 0 {
		t.Errorf("left over: %q", c.Status.RedirectURIs)
	}
}

// signIn goes the whole way, there and out again.
func signIn(t *testing.T, c *oauthv1alpha1.OAuthClient) {
	t.Helper()
	g := shared.Grantor(t)
	app := installation.App{Issuer: g.Issuer, ID: c.ClientID(), Secret: g.Value(t, c), Redirect: "https://a.example/callback", Object: c}
	v := installation.NewVisitor(http.DefaultTransport, g.Issuer)
	tokens := app.Tokens(t, v, "alice", nil)
	hint, _ := tokens["id_token"].(string)
	for after, wanted := range map[string]bool{"https://a.example/bye": true, "https://a.example/callback": false} {
		view := v.Get(t, g.Issuer+"/logout?"+url.Values{"id_token_hint": {hint}, "post_logout_redirect_uri": {after}}.Encode())
		if got := view.Status < 400; got != wanted {
			t.Errorf("signing out to %s is answered %d", after, view.Status)
		}
	}
}

func message(c *oauthv1alpha1.OAuthClient) string {
	if condition := meta.FindStatusCondition(c.Status.Conditions, resolved); condition != nil {
		return condition.Message
	}
	return ""
}

// A client that has others is ready without one of its sources, and keeps them when it
// names none any more.
func TestASourceThatIsMissingLeavesTheOthers(t *testing.T) {
	t.Parallel()
	g, namespace := shared.Grantor(t), shared.Namespace(t)
	ingress(t, namespace, "here", "here.example")
	c := application(t, namespace, from(ingressSource("gone"), ingressSource("here")), func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.RedirectURIs = []oauthv1alpha1.RedirectURI{installation.Redirect}
	})
	c = g.AwaitCondition(t, c, oauthv1alpha1.ConditionReady, metav1.ConditionTrue, "")
	g.AwaitCondition(t, c, resolved, metav1.ConditionFalse, oauthv1alpha1.ReasonRedirectSourceNotFound)
	countEverywhere(t, c, "https://here.example/callback", true)
	countEverywhere(t, c, installation.Redirect, true)

	edit(t, c, func(c *oauthv1alpha1.OAuthClient) { c.Spec.RedirectURIsFrom = nil })
	countEverywhere(t, c, "https://here.example/callback", false)
	countEverywhere(t, c, installation.Redirect, true)
	c = g.AwaitCondition(t, c, oauthv1alpha1.ConditionReady, metav1.ConditionTrue, "")
	if meta.FindStatusCondition(c.Status.Conditions, resolved) != nil || c.Status.RedirectURIsSeal != "" || c.Status.RedirectURIs != nil {
		t.Errorf("left over: %+v", c.Status)
	}
}

// An object of another namespace has nothing to do with a client.
func TestReferencesDoNotCrossNamespaces(t *testing.T) {
	t.Parallel()
	g, theirs, ours := shared.Grantor(t), shared.Namespace(t), shared.Namespace(t)
	ingress(t, theirs, "app", "theirs.example")
	ingress(t, ours, "other", "ours.example")
	c := application(t, ours, from(ingressSource("app"), ingressSource("other")))
	c = g.AwaitCondition(t, c, oauthv1alpha1.ConditionReady, metav1.ConditionTrue, "")
	if !slices.Equal(c.Status.RedirectURIs, []string{"https://ours.example/callback"}) {
		t.Errorf("made %q", c.Status.RedirectURIs)
	}
}

// A policy is applied to what is resolved, when it is resolved and on every request.
func TestPoliciesAreAboutResolvedHostsToo(t *testing.T) {
	t.Parallel()
	g, namespace := shared.Grantor(t), shared.Namespace(t)
	ingress(t, namespace, "app", "a.allowed.example", "b.other.example")
	c := application(t, namespace, from(ingressSource("app")))
	g.AwaitCondition(t, c, resolved, metav1.ConditionTrue, "")
	countEverywhere(t, c, "https://b.other.example/callback", true)

	policy := &oauthv1alpha1.OAuthClientPolicy{ObjectMeta: metav1.ObjectMeta{Namespace: "grantor-system", Name: "hosts-" + namespace}}
	policy.Spec.NamespaceSelector.MatchLabels = map[string]string{"kubernetes.io/metadata.name": namespace}
	policy.Spec.RedirectHosts = []oauthv1alpha1.HostPattern{"*.allowed.example"}
	if err := g.Admin.Create(t.Context(), policy); err != nil {
		t.Fatal(err)
	}
	countEverywhere(t, c, "https://b.other.example/callback", false)
	countEverywhere(t, c, "https://a.allowed.example/callback", true)
	c = g.AwaitCondition(t, c, resolved, metav1.ConditionFalse, oauthv1alpha1.ReasonRedirectHostNotAllowed)
	c = g.AwaitCondition(t, c, oauthv1alpha1.ConditionReady, metav1.ConditionTrue, "")
	if !slices.Equal(c.Status.RedirectURIs, []string{"https://a.allowed.example/callback"}) || !strings.Contains(message(c), "b.other.example") || !strings.Contains(message(c), policy.Name) {
		t.Errorf("the status is %+v", c.Status)
	}

	edit(t, policy, func(p *oauthv1alpha1.OAuthClientPolicy) {
		p.Spec.RedirectHosts = []oauthv1alpha1.HostPattern{"none.example"}
	})
	countEverywhere(t, c, "https://a.allowed.example/callback", false)
	g.AwaitCondition(t, c, oauthv1alpha1.ConditionReady, metav1.ConditionFalse, oauthv1alpha1.ReasonRedirectHostNotAllowed)
	if err := g.Admin.Delete(t.Context(), policy); err != nil {
		t.Fatal(err)
	}
	g.AwaitCondition(t, c, oauthv1alpha1.ConditionReady, metav1.ConditionTrue, "")
	countEverywhere(t, c, "https://b.other.example/callback", true)
}
