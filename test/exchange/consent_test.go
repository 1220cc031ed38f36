package exchange

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// A user signs in to an application and agrees to nothing else. What its owner writes into its
// object makes that no access to a resource of another namespace, unless a policy says so.
func TestUsersAreAskedFirst(t *testing.T) {
	t.Parallel()
	g, theirs, ours := grantor(t), shared.Namespace(t), shared.Namespace(t)
	r := &oauthv1alpha1.OAuthResource{ObjectMeta: metav1.ObjectMeta{Namespace: theirs, Name: "tickets"}}
	r.Spec.Identifier = oauthv1alpha1.ResourceIdentifier(theirs + ".tickets")
	r.Spec.Scopes = []oauthv1alpha1.ResourceScope{{Name: "tickets.write", Description: "Write tickets"}}
	r.Spec.Clients.Namespaces.From = oauthv1alpha1.NamespacesFromAll
	if err := g.Admin.Create(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	tickets := string(r.Spec.Identifier)
	web := g.NewApp(t, installation.Application(ours, "web", func(o *oauthv1alpha1.OAuthClient) {
		o.Spec.GrantTypes = []oauthv1alpha1.GrantType{"authorization_code", "refresh_token", oauthv1alpha1.GrantTokenExchange}
		o.Spec.TokenExchange = &oauthv1alpha1.ClientTokenExchange{
			Subjects: []oauthv1alpha1.TokenExchangeSubject{ofClients("*")}, Scopes: []oauthv1alpha1.Scope{"tickets.write", "read"},
		}
	}))
	v := installation.NewVisitor(http.DefaultTransport, g.Issuer)
	tokens := web.Tokens(t, v, "alice", url.Values{"scope": {"openid"}})
	more := url.Values{"resource": {tickets}, "scope": {"tickets.write"}}
	installation.Eventually(t, installation.Effective, func() bool {
		return strings.Contains(exchange(t, web, bearer(tokens), typeAccess, more).Body, "was not asked for the target")
	}, func() string { return "resource" })
	for _, form := range []url.Values{more, {"resource": {tickets}}} {
		denied(t, exchange(t, web, bearer(tokens), typeAccess, form), "invalid_target")
		denied(t, exchange(t, web, member(tokens, "id_token"), typeID, form), "invalid_target")
	}
	denied(t, exchange(t, web, bearer(tokens), typeAccess, url.Values{"resource": {g.Issuer}, "scope": {"read"}}), "invalid_scope")

	policy := &oauthv1alpha1.OAuthClientPolicy{ObjectMeta: metav1.ObjectMeta{Namespace: devenv.SystemNamespace, Name: ours}}
	policy.Spec.NamespaceSelector.MatchLabels = map[string]string{"kubernetes.io/metadata.name": ours}
	policy.Spec.TokenExchange = []oauthv1alpha1.TokenExchangePermission{oauthv1alpha1.TokenExchangeBeyondConsent}
	if err := g.Admin.Create(t.Context(), policy); err != nil {
		t.Fatal(err)
	}
	var answer installation.Answer
	installation.Eventually(t, installation.Effective, func() bool {
		answer = exchange(t, web, bearer(tokens), typeAccess, more)
		return answer.Status == http.StatusOK
	}, func() string { return "token by policy instead of " + answer.Body })
	if answer.JSON["scope"] != "tickets.write" || introspected(t, web, bearer(answer.JSON))["active"] != true {
		t.Errorf("the answer is %s", answer.Body)
	}
	// What the policy allowed ends with it.
	if err := g.Admin.Delete(t.Context(), policy); err != nil {
		t.Fatal(err)
	}
	ends(t, web, bearer(answer.JSON))
}

// Who signs out is not acted for any more, whatever was issued before.
func TestSignedOut(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	namespace := shared.Namespace(t)
	orders := g.NewApp(t, installation.Service(namespace, "orders"))
	desk := g.NewApp(t, installation.Application(namespace, "desk", func(o *oauthv1alpha1.OAuthClient) {
		o.Spec.GrantTypes = []oauthv1alpha1.GrantType{"authorization_code", "refresh_token", oauthv1alpha1.GrantTokenExchange}
		o.Spec.Audiences = []oauthv1alpha1.Audience{oauthv1alpha1.Audience(orders.ID)}
		o.Spec.TokenExchange = &oauthv1alpha1.ClientTokenExchange{Subjects: []oauthv1alpha1.TokenExchangeSubject{ofClients("*")}}
	}))
	v := installation.NewVisitor(http.DefaultTransport, g.Issuer)
	tokens := desk.Tokens(t, v, "alice", url.Values{"scope": {"openid read"}})
	got := given(t, exchange(t, desk, member(tokens, "id_token"), typeID, nil))
	if lifetime, _ := got["expires_in"].(float64); lifetime > tokens["expires_in"].(float64) {
		t.Errorf("an ID token gives access for %v seconds, and an access token for %v", lifetime, tokens["expires_in"])
	}
	given(t, exchange(t, desk, bearer(tokens), typeAccess, nil))
	v.Decide(t, v.Get(t, g.Issuer+"/logout"), "allow")
	denied(t, exchange(t, desk, member(tokens, "id_token"), typeID, nil), "invalid_request")
	denied(t, exchange(t, desk, bearer(tokens), typeAccess, nil), "invalid_request")
}
