package resources

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// visitor is a browser in which no user has signed in.
func visitor(t testing.TB) *installation.Visitor {
	t.Helper()
	return installation.NewVisitor(http.DefaultTransport, shared.Grantor(t).Issuer)
}

// newUser creates a user with groups and waits until the server lets the user in.
func newUser(t testing.TB, name string, groups ...string) *oauthv1alpha1.OAuthUser {
	t.Helper()
	return shared.Grantor(t).CreateUser(t, name, func(u *oauthv1alpha1.OAuthUser) { u.Spec.Groups = groups })
}

func bearer(tokens map[string]any) string { text, _ := tokens["access_token"].(string); return text }

// introspected returns what a client is told of an access token.
func introspected(t testing.TB, as installation.App, token string) installation.Answer {
	t.Helper()
	answer := as.Post(t, "/introspect", url.Values{"token": {token}})
	if answer.Status != http.StatusOK {
		t.Fatalf("introspection answers %d %s", answer.Status, answer.Body)
	}
	return answer
}

// party is a resource with its API, and an application that uses it.
type party struct {
	resource *oauthv1alpha1.OAuthResource
	api, app installation.App
}

func newParty(t testing.TB, change ...func(*oauthv1alpha1.OAuthResourceSpec)) party {
	t.Helper()
	g, ns := shared.Grantor(t), shared.Namespace(t)
	change = append([]func(*oauthv1alpha1.OAuthResourceSpec){func(s *oauthv1alpha1.OAuthResourceSpec) { s.Introspectors = []string{ns + ".api"} }}, change...)
	r := accepted(t, resource(t, ns, "tickets", ns+".tickets", change...))
	api := g.NewApp(t, installation.Service(ns, "api"))
	return party{r, api, g.NewApp(t, installation.Application(ns, "app"))}
}

func (p party) identifier() string { return string(p.resource.Spec.Identifier) }

func (p party) asking(scope string) url.Values {
	return url.Values{"scope": {scope}, "resource": {p.identifier()}}
}

// The consent page shows a resource with its scopes, which are valid there alone.
func TestTokensForAResource(t *testing.T) {
	p, v := newParty(t, func(s *oauthv1alpha1.OAuthResourceSpec) {
		s.Tokens.Lifetime = &metav1.Duration{Duration: 5 * time.Minute}
	}), visitor(t)
	to, verifier := p.app.AuthorizationURL(p.asking("openid offline_access tickets.read"))
	page := v.SignIn(t, v.Get(t, to), "alice", "alice-password")
	for _, shown := range []string{"services in your name", "Tickets", p.identifier(), "Read tickets"} {
		if !strings.Contains(page.Body, shown) {
			t.Errorf("the page does not show %q:\n%s", shown, page.Body)
		}
	}
	if strings.Contains(page.Body, "Change tickets") {
		t.Error("the page shows what is not asked for")
	}
	answer := p.app.Redeem(t, v.Decide(t, page, "allow").Param("code"), verifier, nil)
	if answer.Status != http.StatusOK || answer.JSON["expires_in"] != 300.0 || answer.JSON["scope"] != "openid offline_access tickets.read" {
		t.Fatalf("%d %s", answer.Status, answer.Body)
	}
	says(t, introspected(t, p.api, bearer(answer.JSON)), "openid offline_access tickets.read", p.identifier())
	if stranger := shared.Grantor(t).NewApp(t, installation.Service(shared.Namespace(t), "stranger")); introspected(t, stranger, bearer(answer.JSON)).JSON["active"] != false {
		t.Error("anyone may introspect the token")
	}
	if account := v.Get(t, p.app.Issuer+"/account"); !strings.Contains(account.Body, "Read tickets") {
		t.Errorf("the account page shows:\n%s", account.Body)
	}
	refresh, _ := answer.JSON["refresh_token"].(string)
	next := p.app.Refresh(t, refresh, nil)
	if next.Status != http.StatusOK || next.JSON["expires_in"] != 300.0 {
		t.Fatalf("the refresh is answered %d %s", next.Status, next.Body)
	}
	says(t, introspected(t, p.api, bearer(next.JSON)), "openid offline_access tickets.read", p.identifier())
}

// A scope of one resource says nothing about another with a scope of the same name.
func TestConsentToOneResourceIsNotOneToAnother(t *testing.T) {
	p := newParty(t)
	v, ns := visitor(t), p.resource.Namespace
	other := accepted(t, resource(t, ns, "other", ns+".other"))
	p.app.Tokens(t, v, "alice", p.asking("openid tickets.read tickets.write"))
	at := func(scope string) url.Values {
		return url.Values{"scope": {scope}, "resource": {string(other.Spec.Identifier)}, "prompt": {"none"}}
	}
	silently := func(more url.Values) installation.View {
		to, _ := p.app.AuthorizationURL(more)
		return v.Get(t, to)
	}
	asked := at("openid tickets.read")
	asked.Del("prompt")
	p.app.Tokens(t, v, "alice", asked)
	for scope, code := range map[string]string{
		"openid tickets.read": "", "openid": "", "openid tickets.write": "consent_required", "openid tickets.read tickets.write": "consent_required",
	} {
		if view := silently(at(scope)); view.Param("error") != code || (view.Param("code") == "") != (code != "") {
			t.Errorf("%s: %s", scope, view.Elsewhere)
		}
	}
	// Without the resource there is no such scope.
	for _, more := range []url.Values{{"scope": {"openid tickets.read"}}, {"scope": {"openid tickets.none"}, "resource": {p.identifier()}}} {
		if view := silently(more); view.Param("error") != "invalid_scope" {
			t.Errorf("%v: %s", more, view.Elsewhere)
		}
	}
	// A token for one of two has the scopes of that one.
	edit(t, other, func(o *oauthv1alpha1.OAuthResource) {
		o.Spec.Scopes = []oauthv1alpha1.ResourceScope{{Name: "other.read"}}
	})
	installation.Eventually(t, within, func() bool {
		return slices.Contains(texts(get(t, p.app.Issuer+"/resources/"+ns+"/other", "").JSON["scopes_supported"]), "other.read")
	}, func() string { return "new scope" })
	both := url.Values{"scope": {"openid tickets.read other.read"}, "resource": {p.identifier(), string(other.Spec.Identifier)}}
	code, verifier := p.app.Code(t, v, "alice", both)
	if answer := p.app.Redeem(t, code, verifier, nil); answer.Code() != "invalid_target" || !strings.Contains(answer.Body, "Name one resource.") {
		t.Errorf("a token for both: %d %s", answer.Status, answer.Body)
	}
	one := p.app.Redeem(t, code, verifier, url.Values{"resource": {string(other.Spec.Identifier)}})
	says(t, introspected(t, p.app, bearer(one.JSON)), "openid other.read", string(other.Spec.Identifier))
	refresh, _ := one.JSON["refresh_token"].(string)
	says(t, introspected(t, p.app, bearer(p.app.Refresh(t, refresh, url.Values{"resource": {p.identifier()}}).JSON)), "openid tickets.read", p.identifier())
}

// Clients of other namespaces ask in vain until the owner of the resource names them, and
// tokens of clients without a user need another permission.
func TestWhoMayAsk(t *testing.T) {
	p, g := newParty(t), shared.Grantor(t)
	elsewhere := g.NewApp(t, installation.Application(shared.Namespace(t), "app"))
	service := func(app installation.App) string {
		return app.Post(t, "/token", url.Values{"grant_type": {"client_credentials"}, "resource": {p.identifier()}, "scope": {"tickets.read"}}).Code()
	}
	ask := func(app installation.App) string {
		to, _ := app.AuthorizationURL(p.asking("openid tickets.read"))
		return visitor(t).Get(t, to).Param("error")
	}
	if code := ask(p.app); code != "" {
		t.Errorf("a client of the namespace gets %q", code)
	}
	if code := ask(elsewhere); code != "invalid_target" {
		t.Errorf("a client of another namespace gets %q", code)
	}
	if code := service(p.api); code != "invalid_target" {
		t.Errorf("a client without a user gets %q", code)
	}
	edit(t, p.resource, func(r *oauthv1alpha1.OAuthResource) {
		r.Spec.Clients.Namespaces.From, r.Spec.Clients.Workloads = oauthv1alpha1.NamespacesFromAll, oauthv1alpha1.ResourceClientsAllow
	})
	installation.Eventually(t, within, func() bool { return ask(elsewhere) == "" && service(p.api) == "" }, func() string { return "resource for all" })
	token := bearer(p.api.Post(t, "/token", url.Values{"grant_type": {"client_credentials"}, "resource": {p.identifier()}, "scope": {"tickets.read"}}).JSON)
	says(t, introspected(t, p.api, token), "tickets.read", p.identifier())
	// The policies of the client's namespace must agree, on the scopes too.
	policy := &oauthv1alpha1.OAuthClientPolicy{ObjectMeta: metav1.ObjectMeta{Namespace: devenv.SystemNamespace, Name: p.resource.Namespace}}
	policy.Spec.NamespaceSelector.MatchLabels = map[string]string{"kubernetes.io/metadata.name": p.resource.Namespace}
	policy.Spec.Audiences = []oauthv1alpha1.AudiencePattern{"{namespace}.others"}
	create(t, policy)
	installation.Eventually(t, within, func() bool { return service(p.api) == "invalid_target" && ask(p.app) == "invalid_target" }, func() string { return "policy for audiences" })
	if code := ask(elsewhere); code != "" {
		t.Errorf("a client of which the policy says nothing gets %q", code)
	}
	edit(t, policy, func(o *oauthv1alpha1.OAuthClientPolicy) {
		o.Spec.Audiences, o.Spec.Scopes = []oauthv1alpha1.AudiencePattern{"{namespace}.*"}, append(scopesOf(p.app), "tickets.write")
	})
	installation.Eventually(t, within, func() bool { return service(p.api) == "invalid_scope" && ask(p.app) == "invalid_scope" }, func() string { return "policy for scopes" })
	remove(t, policy)
	installation.Eventually(t, within, func() bool { return service(p.api) == "" && ask(p.app) == "" }, func() string { return "no policy" })
	remove(t, p.resource)
	installation.Eventually(t, within, func() bool { return introspected(t, p.api, token).JSON["active"] == false }, func() string { return "token to end" })
	installation.Eventually(t, within, func() bool { return service(p.api) == "invalid_target" && ask(p.app) == "invalid_target" }, func() string { return "resource to go" })
}

// scopesOf returns the scopes that an application lists.
func scopesOf(app installation.App) []oauthv1alpha1.Scope {
	return slices.Clone(app.Object.Spec.Scopes)
}

// A device asks for a resource as a browser does.
func TestDevicesAskForAResource(t *testing.T) {
	p := newParty(t)
	device := shared.Grantor(t).NewApp(t, installation.Application(p.resource.Namespace, "device", func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.GrantTypes, c.Spec.RedirectURIs = []oauthv1alpha1.GrantType{oauthv1alpha1.GrantDeviceCode}, nil
	}))
	if answer := device.Post(t, "/device_authorization", url.Values{"scope": {"tickets.read"}}); answer.Code() != "invalid_scope" {
		t.Errorf("without the resource: %d %s", answer.Status, answer.Body)
	}
	begun := device.Post(t, "/device_authorization", p.asking("openid tickets.read"))
	link, _ := begun.JSON["verification_uri_complete"].(string)
	code, _ := begun.JSON["device_code"].(string)
	v := visitor(t)
	page := v.SignIn(t, v.Get(t, link), "alice", "alice-password")
	if !strings.Contains(page.Body, "Read tickets") || !strings.Contains(page.Body, p.identifier()) {
		t.Errorf("the page shows:\n%s", page.Body)
	}
	v.Decide(t, page, "allow")
	var answer installation.Answer
	installation.Eventually(t, within, func() bool {
		answer = device.Post(t, "/token", url.Values{"grant_type": {string(oauthv1alpha1.GrantDeviceCode)}, "device_code": {code}})
		return answer.Status == http.StatusOK
	}, func() string { return "tokens for the device; it gets " + answer.Body })
	says(t, introspected(t, p.api, bearer(answer.JSON)), "openid tickets.read", p.identifier())
}

// Users without access are refused whatever client they use, also later.
func TestAccessToAResource(t *testing.T) {
	p := newParty(t, func(s *oauthv1alpha1.OAuthResourceSpec) { s.Access.Groups = []string{"support"} })
	member := newUser(t, "member-"+p.resource.Namespace, "support")
	newUser(t, "guest-"+p.resource.Namespace, "sales")
	var v *installation.Visitor
	try := func(name string) (view installation.View, verifier string) {
		v = visitor(t)
		to, verifier := p.app.AuthorizationURL(p.asking("openid offline_access tickets.read"))
		installation.Eventually(t, within, func() bool {
			view = v.SignIn(t, v.Get(t, to), name, name+"-password")
			return view.Status != http.StatusForbidden
		}, func() string { return "user " + name })
		return view, verifier
	}
	if view, _ := try("guest-" + p.resource.Namespace); view.Param("error") != "access_denied" {
		t.Errorf("a user without access: %d %s", view.Status, view.Elsewhere)
	}
	view, verifier := try(member.Spec.Username)
	tokens := p.app.Redeem(t, v.Decide(t, view, "allow").Param("code"), verifier, nil).JSON
	says(t, introspected(t, p.api, bearer(tokens)), "openid offline_access tickets.read", p.identifier())
	edit(t, member, func(u *oauthv1alpha1.OAuthUser) { u.Spec.Groups = []string{"sales"} })
	installation.Eventually(t, within, func() bool { return introspected(t, p.api, bearer(tokens)).JSON["active"] == false }, func() string { return "token to end" })
	refresh, _ := tokens["refresh_token"].(string)
	if introspected(t, p.app, refresh).JSON["active"] != false {
		t.Error("the refresh token is active")
	}
	if answer := p.app.Refresh(t, refresh, nil); answer.Code() != "invalid_target" {
		t.Errorf("a refresh is answered %d %s", answer.Status, answer.Body)
	}
}

// A resource may demand that its tokens are bound.
func TestBindingOfAResource(t *testing.T) {
	p := newParty(t, func(s *oauthv1alpha1.OAuthResourceSpec) {
		s.Tokens.Binding, s.Clients.Workloads = oauthv1alpha1.AccessTokenBindingDPoP, oauthv1alpha1.ResourceClientsAllow
	})
	form := url.Values{"grant_type": {"client_credentials"}, "resource": {p.identifier()}}
	if answer := p.api.Post(t, "/token", form); answer.Code() != "invalid_dpop_proof" {
		t.Errorf("%d %s", answer.Status, answer.Body)
	}
	form.Del("resource")
	if answer := p.api.Post(t, "/token", form); answer.Status != http.StatusOK {
		t.Errorf("without the resource: %d %s", answer.Status, answer.Body)
	}
	if !strings.HasPrefix(p.resource.Status.Challenge, "DPoP ") {
		t.Errorf("the challenge is %s", p.resource.Status.Challenge)
	}
}
