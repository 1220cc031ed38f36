package lifecycle

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

func TestRenamedSecretKeepsTheValueAndLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	c := service(t, g, namespace(t), "moving")
	first := value(t, g, c)
	for _, name := range []string{"second-name", "third-name", "moving-oauth", ""} {
		former := g.Secret(t, reload(t, g, c))
		edit(t, g, c, secretName(name))
		awaitSecret(t, g, c, "the same value", func(s *corev1.Secret) bool { return string(s.Data["client_secret"]) == first })
		c = ready(t, g, c)
		if former.Name != c.ClientSecretName() {
			installation.Eventually(t, installation.Effective, func() bool { return !exists(t, g, former) },
				func() string { return "end of Secret " + former.Name })
		}
		if c.Status.SecretName != c.ClientSecretName() {
			t.Errorf("the status names Secret %q, not %q", c.Status.SecretName, c.ClientSecretName())
		}
	}
	stillAuthenticates(t, g, c, first, "after all renamings")
	awaitEvents(t, g, c, map[string]int{"Normal CredentialsCreated": 1})
}

func TestRenamedKeysKeepTheValue(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	c := service(t, g, namespace(t), "keys")
	first := value(t, g, c)
	for _, keys := range []oauthv1alpha1.SecretKeys{
		{ClientID: "ID", ClientSecret: "SECRET"},
		{ClientID: "SECRET", ClientSecret: "ID"},
		{ClientID: "client_secret", ClientSecret: "client_id"},
		{ClientSecret: "issuer", Issuer: "client_secret"},
		{},
	} {
		edit(t, g, c, func(c *oauthv1alpha1.OAuthClient) { c.Spec.Secret.Keys = keys })
		c = ready(t, g, c)
		data := g.Secret(t, c).Data
		got := string(data[string(c.Spec.Secret.Keys.ClientSecret)])
		if got != first {
			t.Fatalf("with keys %+v the client secret is another one", keys)
		}
		if id := string(data[string(c.Spec.Secret.Keys.ClientID)]); id != c.ClientID() || len(data) != entries {
			t.Errorf("with keys %+v the client ID is %q, and there are %d entries", keys, id, len(data))
		}
	}
	stillAuthenticates(t, g, c, first, "after all renamings")
	awaitEvents(t, g, c, map[string]int{"Normal CredentialsCreated": 1})
}

func TestChangeOfMethodIsEffectiveEverywhere(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	c := service(t, g, namespace(t), "methods", func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.GrantTypes = []oauthv1alpha1.GrantType{oauthv1alpha1.GrantClientCredentials}
	})
	first := value(t, g, c)
	authenticates(t, g, c, first, endToEnd)

	basic := c.DeepCopy()
	method(t, g, c, oauthv1alpha1.AuthenticationPost)
	authenticates(t, g, c, first, installation.Effective)
	refused(t, g, basic, first, installation.Effective)
	ready(t, g, c)
	if now := value(t, g, c); now != first {
		t.Error("another method made another secret")
	}

	method(t, g, c, oauthv1alpha1.AuthenticationNone)
	refused(t, g, basic, first, installation.Effective)
	refused(t, g, withMethod(c, oauthv1alpha1.AuthenticationPost), first, installation.Effective)
	c = ready(t, g, c)
	if _, there := g.Secret(t, c).Data["client_secret"]; there {
		t.Error("a public client's Secret holds a client secret")
	}
	if len(c.Status.Credentials) > 0 {
		t.Error("a public client has digests")
	}

	method(t, g, c, oauthv1alpha1.AuthenticationBasic)
	second := otherValue(t, g, c, first)
	authenticates(t, g, c, second, endToEnd)
	neverAuthenticates(t, g, c, first, "the secret from before the client was public")
}

func method(t testing.TB, g *installation.Installation, c *oauthv1alpha1.OAuthClient, method oauthv1alpha1.AuthenticationMethod) {
	t.Helper()
	edit(t, g, c, func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.Authentication.Method = method
		c.Spec.Authentication.ExactMethod = method != oauthv1alpha1.AuthenticationNone
		c.Spec.GrantTypes = []oauthv1alpha1.GrantType{oauthv1alpha1.GrantClientCredentials}
		c.Spec.RedirectURIs = nil
		if method == oauthv1alpha1.AuthenticationNone {
			c.Spec.GrantTypes = []oauthv1alpha1.GrantType{oauthv1alpha1.GrantAuthorizationCode}
			c.Spec.RedirectURIs = []oauthv1alpha1.RedirectURI{"https://app.example/callback"}
		}
	})
}

func withMethod(c *oauthv1alpha1.OAuthClient, method oauthv1alpha1.AuthenticationMethod) *oauthv1alpha1.OAuthClient {
	c = c.DeepCopy()
	c.Spec.Authentication.Method = method
	return c
}

func TestSessionsNotBeforeEndsOlderTokensOnly(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	c := service(t, g, namespace(t), "ended")
	secret := value(t, g, c)
	old := token(t, g, c, secret)
	active(t, g, c, secret, old, true, installation.Effective)
	cut := time.Now().Truncate(time.Second).Add(time.Second)
	installation.Eventually(t, installation.Effective, func() bool { return !time.Now().Before(cut) }, func() string { return "next second" })
	edit(t, g, c, func(c *oauthv1alpha1.OAuthClient) { c.Spec.SessionsNotBefore = &metav1.Time{Time: cut} })
	active(t, g, c, secret, old, false, installation.Effective)
	fresh := token(t, g, c, secret)
	active(t, g, c, secret, fresh, true, installation.Effective)
	if now := value(t, g, c); now != secret {
		t.Error("ending sessions made another secret")
	}
}

func TestSuspendedClientIsRefusedEverywhereAndResumes(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	ns := namespace(t)
	c := service(t, g, ns, "dozing")
	reader := service(t, g, ns, "reader")
	secret, readerSecret := value(t, g, c), value(t, g, reader)
	edit(t, g, c, func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.Audiences = []oauthv1alpha1.Audience{oauthv1alpha1.Audience(reader.ClientID())}
	})
	ready(t, g, c)
	issued := tokenFor(t, g, c, secret, reader.ClientID())
	active(t, g, reader, readerSecret, issued, true, installation.Effective)

	version := g.Secret(t, c).ResourceVersion
	edit(t, g, c, func(c *oauthv1alpha1.OAuthClient) { c.Spec.Suspend = true })
	refused(t, g, c, secret, installation.Effective)
	active(t, g, reader, readerSecret, issued, false, installation.Effective)
	stalled(t, g, c, oauthv1alpha1.ReasonSuspended)

	edit(t, g, c, func(c *oauthv1alpha1.OAuthClient) { c.Spec.Suspend = false })
	authenticates(t, g, c, secret, installation.Effective)
	active(t, g, reader, readerSecret, issued, true, installation.Effective)
	ready(t, g, c)
	if g.Secret(t, c).ResourceVersion != version {
		t.Error("the Secret was written")
	}
}

// tokenFor returns an access token for an audience.
func tokenFor(t testing.TB, g *installation.Installation, c *oauthv1alpha1.OAuthClient, secret, audience string) string {
	t.Helper()
	form := installation.TokenForm("read")
	form.Set("audience", audience)
	var issued string
	installation.Eventually(t, installation.Effective, func() bool {
		issued, _ = g.Post(t, "/token", c.ClientID(), secret, form).JSON["access_token"].(string)
		return issued != ""
	}, func() string { return "token for " + audience })
	remember([]byte(issued))
	return issued
}

// Narrowing a client is effective at once, too.
func TestNarrowedClientLosesItsScope(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	c := service(t, g, namespace(t), "narrowed", func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.Scopes = []oauthv1alpha1.Scope{"read", "write"}
	})
	secret := value(t, g, c)
	authenticates(t, g, c, secret, endToEnd)
	edit(t, g, c, func(c *oauthv1alpha1.OAuthClient) { c.Spec.Scopes = []oauthv1alpha1.Scope{"write"} })
	awaitStatus(t, g, c, secret, 400, installation.Effective)
}
