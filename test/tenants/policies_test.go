package tenants

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// A policy that is tightened under a live client refuses it everywhere within two
// seconds, with what it holds, and revives both when it is widened again.
func TestPolicyTightenedUnderALiveClient(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	ns := shared.Namespace(t)
	p := policy(t, g, ns, "scopes", spec{Scopes: []oauthv1alpha1.Scope{"read", "write"}})
	resource := newService(t, g, ns, "resource", scopes())
	live := newService(t, g, ns, "live", audiences(oauthv1alpha1.Audience(resource.id)))
	token := live.token(t, g, url.Values{"audience": {resource.id}})
	resource.sees(t, g, token, true)

	edit(t, g, p, func(p *oauthv1alpha1.OAuthClientPolicy) { p.Spec.Scopes = []oauthv1alpha1.Scope{"write"} })
	live.everywhere(t, g, unknown)
	resource.sees(t, g, token, false)
	refused(t, g, live.object, oauthv1alpha1.ReasonScopeNotAllowed, p)
	ready(t, g, resource.object)

	edit(t, g, p, func(p *oauthv1alpha1.OAuthClientPolicy) { p.Spec.Scopes = []oauthv1alpha1.Scope{"write", "read"} })
	live.everywhere(t, g, answered)
	resource.sees(t, g, token, true)
	ready(t, g, live.object)
	if now := g.Value(t, live.object); now != live.secret {
		t.Error("being refused for a while changed the client secret")
	}

	// Without the policy what holds without one does; with another one, that.
	remove(t, g, p)
	again := policy(t, g, ns, "grants", spec{GrantTypes: []oauthv1alpha1.GrantType{oauthv1alpha1.GrantAuthorizationCode}})
	live.everywhere(t, g, unknown)
	refused(t, g, live.object, oauthv1alpha1.ReasonGrantTypeNotAllowed, again)
	remove(t, g, again)
	live.everywhere(t, g, answered)
	ready(t, g, live.object)
}

// The namespace's label decides whether a policy matches.
func TestNamespaceLosesTheLabelOfAPolicy(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	ns := shared.Namespace(t)
	const label = "tenants.example/trusted"
	relabel := func(value string) {
		edit(t, g, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: ns}}, func(n *corev1.Namespace) {
			delete(n.Labels, label)
			if value != "" {
				metav1.SetMetaDataLabel(&n.ObjectMeta, label, value)
			}
		})
	}
	policy(t, g, ns, "trusted", spec{
		NamespaceSelector: metav1.LabelSelector{MatchLabels: map[string]string{label: ns}},
		Scopes:            []oauthv1alpha1.Scope{"read", restricted},
	})
	c := create(t, g, newClient(ns, "app", scopes("read", restricted)))
	refused(t, g, c, oauthv1alpha1.ReasonScopeNotAllowed)
	relabel(ns)
	app := known(t, g, c)
	app.everywhere(t, g, answered)
	relabel("")
	app.everywhere(t, g, unknown)
	refused(t, g, c, oauthv1alpha1.ReasonScopeNotAllowed)
	relabel(ns)
	app.everywhere(t, g, answered)
	ready(t, g, c)
}

// What is refused without a policy works with one, and only then.
func TestPolicyAllowsWhatIsRefusedOtherwise(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	for name, test := range map[string]struct {
		change change
		reason string
		policy spec
		ask    url.Values
	}{
		"a restricted scope": {
			scopes("read", restricted), oauthv1alpha1.ReasonScopeNotAllowed,
			spec{Scopes: []oauthv1alpha1.Scope{"read", restricted}}, url.Values{"scope": {restricted}}},
		"a foreign audience": {
			audiences("https://elsewhere.example"), oauthv1alpha1.ReasonAudienceNotAllowed,
			spec{Audiences: []oauthv1alpha1.AudiencePattern{"https://elsewhere.example"}}, url.Values{"audience": {"https://elsewhere.example"}}},
		"any audience": {
			audiences("https://elsewhere.example", "another.namespace"), oauthv1alpha1.ReasonAudienceNotAllowed,
			spec{Audiences: []oauthv1alpha1.AudiencePattern{"*"}}, url.Values{"audience": {"another.namespace"}}},
		"an ID without its namespace": {
			clientID("tenants-grafana"), oauthv1alpha1.ReasonClientIDNotAllowed,
			spec{ClientIDs: []oauthv1alpha1.ClientIDPattern{"tenants-graf*"}}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ns := shared.Namespace(t)
			c := create(t, g, newClient(ns, "app", test.change))
			refused(t, g, c, test.reason)
			p := policy(t, g, ns, "wide", test.policy)
			app := known(t, g, c)
			app.everywhere(t, g, answered)
			app.token(t, g, test.ask)
			remove(t, g, p)
			app.everywhere(t, g, unknown)
			refused(t, g, c, test.reason)
		})
	}
}

// A policy that demands PKCE, one way to send a secret or pushed requests refuses no client
// that leaves these open, and holds for it at once.
func TestPolicyNarrowsHowClientsAsk(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	ns := shared.Namespace(t)
	app := g.NewApp(t, installation.Application(ns, "app"))
	nonced, _ := app.AuthorizationURL(url.Values{"code_challenge": nil, "code_challenge_method": nil, "nonce": {"n"}})
	challenged, _ := app.AuthorizationURL(nil)
	v := installation.NewVisitor(http.DefaultTransport, app.Issuer)
	asked := func() bool {
		_, ok := v.Get(t, nonced).LoginForm()
		return ok
	}
	inTheBody := func() installation.Answer {
		return installation.Post(t, app.Issuer+"/introspect", "", "", url.Values{"client_id": {app.ID}, "client_secret": {app.Secret}, "token": {"x"}})
	}
	if !asked() || inTheBody().Status != http.StatusOK {
		t.Fatal("without a policy, a nonce or a secret in the body is not enough")
	}
	someone := installation.NewVisitor(http.DefaultTransport, app.Issuer)
	app.Tokens(t, someone, "alice", nil)
	p := policy(t, g, ns, "strict", spec{Require: oauthv1alpha1.PolicyRequirements{PKCE: true, ExactMethod: true}})
	installation.Eventually(t, installation.Effective, func() bool {
		return v.Get(t, nonced).Param("error") == "invalid_request" && inTheBody().Code() == "invalid_client"
	}, func() string { return "policy that holds" })
	if _, ok := v.Get(t, challenged).LoginForm(); !ok || app.Post(t, "/introspect", url.Values{"token": {"x"}}).Status != http.StatusOK {
		t.Error("the policy refuses what it demands")
	}
	ready(t, g, app.Object)
	remove(t, g, p)
	installation.Eventually(t, installation.Effective, func() bool { return asked() && inTheBody().Status == http.StatusOK }, func() string { return "end of the policy" })
	p = policy(t, g, ns, "pushed", spec{Require: oauthv1alpha1.PolicyRequirements{PushedAuthorization: true}})
	installation.Eventually(t, installation.Effective, func() bool { return v.Get(t, challenged).Param("error") == "invalid_request" }, func() string { return "policy that wants requests to be pushed" })
	pushed, _, _ := app.Push(t, nil)
	if _, ok := v.Get(t, pushed).LoginForm(); !ok {
		t.Error("the policy refuses what was pushed")
	}
	ready(t, g, app.Object)
	remove(t, g, p)
	p = policy(t, g, ns, "signed", spec{Require: oauthv1alpha1.PolicyRequirements{SignedRequests: true}})
	refused(t, g, app.Object, oauthv1alpha1.ReasonSignedRequestsRequired, p)
	signing := g.NewApp(t, installation.Application(ns, "signing", func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.RequestObject = &oauthv1alpha1.ClientRequestObject{JWKSURI: "https://signing.example/jwks"}
	}))
	unsigned, _ := signing.AuthorizationURL(nil)
	installation.Eventually(t, installation.Effective, func() bool { return v.Get(t, unsigned).Param("error") == "invalid_request" }, func() string { return "policy that wants requests to be signed" })
	remove(t, g, p)
	ready(t, g, app.Object)
	p = policy(t, g, ns, "factors", spec{Require: oauthv1alpha1.PolicyRequirements{MinimumAssurance: oauthv1alpha1.RequiredSecondFactor}})
	installation.Eventually(t, installation.Effective, func() bool {
		// The server asks nobody for a second factor, so that nobody can give one.
		return someone.Get(t, challenged).Param("error") == "unmet_authentication_requirements"
	}, func() string { return "policy that wants a second factor" })
	refused(t, g, create(t, g, newClient(ns, "easy", func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.Login.MinimumAssurance = oauthv1alpha1.AssurancePassword
	})), oauthv1alpha1.ReasonAssuranceRequired, p)
	ready(t, g, app.Object)
	remove(t, g, p)
	policy(t, g, ns, "one", spec{AuthenticationMethods: []oauthv1alpha1.AuthenticationMethod{"client_secret_basic", "none"}})
	installation.Eventually(t, installation.Effective, func() bool { return inTheBody().Code() == "invalid_client" }, func() string { return "policy with one way" })
}

// Two policies: everything that one of them allows, the smallest maximum, and whatever
// one of them demands.
func TestTwoPolicies(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	ns := shared.Namespace(t)
	lifetime := func(d time.Duration) *metav1.Duration { return &metav1.Duration{Duration: d} }
	policy(t, g, ns, "one", spec{
		Scopes:        []oauthv1alpha1.Scope{"read"},
		RedirectHosts: []oauthv1alpha1.HostPattern{"*.{namespace}.example"},
		Maximum:       oauthv1alpha1.PolicyMaximum{AccessTokenLifetime: lifetime(10 * time.Minute)},
	})
	two := policy(t, g, ns, "two", spec{
		Scopes:  []oauthv1alpha1.Scope{"write"},
		Maximum: oauthv1alpha1.PolicyMaximum{AccessTokenLifetime: lifetime(5 * time.Minute)},
		Require: oauthv1alpha1.PolicyRequirements{PKCE: true},
	})
	app := newService(t, g, ns, "app", scopes("read", "write"))
	if answer := app.ask(t, g.Issuer, url.Values{"scope": {"read write"}}); answer.JSON["expires_in"] != 300.0 {
		t.Errorf("what the server's default becomes: %s", answer.Body)
	}
	newService(t, g, ns, "brief", func(c *oauthv1alpha1.OAuthClient) { c.Spec.Tokens.AccessToken.Lifetime = lifetime(4 * time.Minute) })
	long := create(t, g, newClient(ns, "long", func(c *oauthv1alpha1.OAuthClient) { c.Spec.Tokens.AccessToken.Lifetime = lifetime(6 * time.Minute) }))
	refused(t, g, long, oauthv1alpha1.ReasonLifetimeNotAllowed, two)
	redirecting := func(uri oauthv1alpha1.RedirectURI, pkce oauthv1alpha1.PKCE) change {
		return func(c *oauthv1alpha1.OAuthClient) {
			c.Spec.GrantTypes = []oauthv1alpha1.GrantType{oauthv1alpha1.GrantAuthorizationCode}
			c.Spec.RedirectURIs, c.Spec.PKCE = []oauthv1alpha1.RedirectURI{uri}, pkce
		}
	}
	at := oauthv1alpha1.RedirectURI("https://app." + ns + ".example/callback")
	g.Create(t, newClient(ns, "fine", redirecting(at, oauthv1alpha1.PKCERequired)))
	refused(t, g, create(t, g, newClient(ns, "old", redirecting(at, oauthv1alpha1.PKCEOptional))), oauthv1alpha1.ReasonPKCERequired, two)
	refused(t, g, create(t, g, newClient(ns, "elsewhere", redirecting("https://app.evil.example/callback", oauthv1alpha1.PKCERequired))),
		oauthv1alpha1.ReasonRedirectHostNotAllowed)
	if answer := app.ask(t, g.Issuer, url.Values{"scope": {"email"}}); answer.Status == http.StatusOK {
		t.Error("the client got a scope that it has not")
	}
}
