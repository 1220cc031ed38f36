package exchange

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// Services call one another for a user, and the fifth exchange is refused. Each token names
// all that led to it, in both formats, and ends with any before it.
func TestChains(t *testing.T) {
	t.Parallel()
	g, namespace := grantor(t), shared.Namespace(t)
	const length = 5
	var services []installation.App
	for n := range length {
		services = append(services, g.NewApp(t, installation.Service(namespace, fmt.Sprintf("s%d", n),
			requester([]string{fmt.Sprintf("%s.s%d", namespace, n+1)}, ofClients(oauthv1alpha1.SubjectClientPattern(namespace+".*"))),
			func(c *oauthv1alpha1.OAuthClient) {
				if n%2 == 1 {
					c.Spec.Tokens.AccessToken.Format = oauthv1alpha1.AccessTokenOpaque
				}
			})))
	}
	web := g.NewApp(t, installation.Application(namespace, "web", func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.Audiences = []oauthv1alpha1.Audience{oauthv1alpha1.Audience(services[0].ID)}
	}))
	v := installation.NewVisitor(http.DefaultTransport, g.Issuer)
	tokens := web.Tokens(t, v, "alice", url.Values{"scope": {"openid read write"}, "audience": {services[0].ID}})
	token, expires, alice := bearer(tokens), claimsOf(t, bearer(tokens))["exp"], claimsOf(t, bearer(tokens))["sub"]
	var made, actors []string
	for n := range length - 1 {
		more := url.Values{}
		if n == 1 {
			more.Set("scope", "read openid")
		}
		token = bearer(given(t, exchange(t, services[n], token, typeAccess, more)))
		made, actors = append(made, token), append([]string{"client:" + services[n].ID}, actors...)
		told := introspected(t, services[n+1], token)
		if told["active"] != true || told["sub"] != alice || !slices.Equal(acting(told), actors) || told["client_id"] != services[n].ID || told["exp"].(float64) > expires.(float64) {
			t.Errorf("after %d exchanges: %v", n+1, told)
		}
		if n >= 1 && told["scope"] != "read openid" {
			t.Errorf("after %d exchanges the scope is %v", n+1, told["scope"])
		}
	}
	denied(t, exchange(t, services[length-1], token, typeAccess, nil), "invalid_request")
	// What one of them revokes ends all after it, and none before.
	if answer := services[1].Post(t, "/revoke", url.Values{"token": {made[1]}}); answer.Status != http.StatusOK {
		t.Fatalf("revocation answers %d %s", answer.Status, answer.Body)
	}
	for n, token := range made {
		if n == 0 {
			if introspected(t, services[0], token)["active"] != true {
				t.Error("the token before it ended")
			}
			continue
		}
		ends(t, services[n], token)
		if n+1 < length-1 {
			denied(t, exchange(t, services[n+1], token, typeAccess, nil), "invalid_request")
		}
	}
	ends(t, services[3], made[3])
}

// Nobody learns the sub by which another client knows a user.
func TestPairwise(t *testing.T) {
	t.Parallel()
	g, namespace := grantor(t), shared.Namespace(t)
	pairwise := func(c *oauthv1alpha1.OAuthClient) { c.Spec.SubjectType = oauthv1alpha1.SubjectPairwise }
	orders := g.NewApp(t, installation.Application(namespace, "orders", pairwise))
	all := []string{namespace + ".orders", namespace + ".plain"}
	plain := g.NewApp(t, installation.Application(namespace, "plain"))
	gateway := g.NewApp(t, installation.Service(namespace, "gateway", requester(all, ofClients("*"))))
	secret := g.NewApp(t, installation.Service(namespace, "secret", requester(all, ofClients("*")), pairwise))
	web := g.NewApp(t, installation.Application(namespace, "web", pairwise, func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.Audiences = []oauthv1alpha1.Audience{oauthv1alpha1.Audience(gateway.ID), oauthv1alpha1.Audience(secret.ID)}
	}))
	v := installation.NewVisitor(http.DefaultTransport, g.Issuer)
	sub := func(tokens map[string]any) string { return member(claimsOf(t, bearer(tokens)), "sub") }
	known := sub(plain.Tokens(t, v, "alice", nil))
	ofOrders := sub(orders.Tokens(t, v, "alice", nil))
	tokens := web.Tokens(t, v, "alice", url.Values{"scope": {"openid read"}, "audience": {gateway.ID + " " + secret.ID}})
	at := func(as installation.App, target string) string {
		got := given(t, exchange(t, as, bearer(tokens), typeAccess, url.Values{"audience": {target}}))
		if told := introspected(t, as, bearer(got)); told["active"] != true || told["sub"] != sub(got) {
			t.Errorf("introspection tells %v", told)
		}
		return sub(got)
	}
	if got := at(gateway, orders.ID); got != ofOrders {
		t.Errorf("the sub at orders is %q, and not %q", got, ofOrders)
	}
	if got := at(gateway, plain.ID); got != known {
		t.Errorf("the sub at plain is %q, and not %q", got, known)
	}
	own := at(secret, plain.ID)
	if own == known || own == ofOrders || own == sub(tokens) || own != at(secret, orders.ID) {
		t.Errorf("the sub of a pairwise client is %q", own)
	}
}

// A resource decides about exchanged tokens as about others, and its scopes count nowhere
// else.
func TestResources(t *testing.T) {
	t.Parallel()
	g, namespace := grantor(t), shared.Namespace(t)
	resource := func(name string, change func(*oauthv1alpha1.OAuthResourceSpec)) string {
		r := &oauthv1alpha1.OAuthResource{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}}
		r.Spec.Identifier = oauthv1alpha1.ResourceIdentifier(namespace + "." + name)
		r.Spec.Scopes = []oauthv1alpha1.ResourceScope{{Name: "things.read", Description: "Read things"}}
		change(&r.Spec)
		if err := g.Admin.Create(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		return string(r.Spec.Identifier)
	}
	front := resource("front", func(s *oauthv1alpha1.OAuthResourceSpec) { s.Introspectors = []string{namespace + ".gateway"} })
	back := resource("back", func(s *oauthv1alpha1.OAuthResourceSpec) {
		s.Tokens.Lifetime = &metav1.Duration{Duration: 60e9}
		s.Access.Groups = []string{"staff"}
	})
	bound := resource("bound", func(s *oauthv1alpha1.OAuthResourceSpec) { s.Tokens.Binding = oauthv1alpha1.AccessTokenBindingDPoP })
	gateway := g.NewApp(t, installation.Service(namespace, "gateway", requester(nil, ofClients("*"), oauthv1alpha1.TokenExchangeSubject{
		ServiceAccounts: &oauthv1alpha1.SubjectServiceAccounts{}})))
	web := g.NewApp(t, installation.Application(namespace, "web"))
	person := g.CreateUser(t, "erna-"+namespace, func(u *oauthv1alpha1.OAuthUser) { u.Spec.Groups = []string{"staff"} })
	login := func(name string) map[string]any {
		v := installation.NewVisitor(http.DefaultTransport, g.Issuer)
		var tokens map[string]any
		installation.Eventually(t, installation.Effective, func() bool {
			to, verifier := web.AuthorizationURL(url.Values{"scope": {"openid things.read read"}, "resource": {front}})
			view := v.Get(t, to)
			if _, asks := view.LoginForm(); asks {
				view = v.SignIn(t, view, name, name+"-password")
			}
			if _, asks := view.DecisionForm(); asks {
				view = v.Decide(t, view, "allow")
			}
			if view.Param("code") == "" {
				return false
			}
			tokens = web.Redeem(t, view.Param("code"), verifier, nil).JSON
			return bearer(tokens) != ""
		}, func() string { return "tokens of " + name })
		return tokens
	}
	erna, alice := login(person.Spec.Username), login("alice")
	to := func(target string, scope ...string) url.Values {
		return url.Values{"resource": {target}, "scope": scope}
	}
	got := given(t, exchange(t, gateway, bearer(erna), typeAccess, to(back)))
	if got["expires_in"] != 60.0 || got["scope"] != "openid read" {
		t.Errorf("a scope of a resource counts at another: %v", got)
	}
	denied(t, exchange(t, gateway, bearer(erna), typeAccess, to(back, "things.read")), "invalid_scope")
	if got := given(t, exchange(t, gateway, bearer(erna), typeAccess, to(front, "things.read"))); got["scope"] != "things.read" {
		t.Errorf("a scope of a resource does not count there: %v", got)
	}
	denied(t, exchange(t, gateway, bearer(alice), typeAccess, to(back)), "invalid_target")
	denied(t, exchange(t, gateway, bearer(erna), typeAccess, to(bound)), "invalid_dpop_proof")
	denied(t, exchange(t, gateway, bearer(erna), typeAccess, nil), "invalid_target")
	account(t, g, namespace, "pod")
	denied(t, exchange(t, gateway, projected(t, g, namespace, "pod", gateway.ID), typeJWT, to(front)), "invalid_target")
	edit(t, g, person, func(u *oauthv1alpha1.OAuthUser) { u.Spec.Groups = nil })
	ends(t, gateway, bearer(got))
}
