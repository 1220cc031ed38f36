package exchange

import (
	"net/http"
	"net/url"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// An exchanged token tells of the user what its scopes say, and not what the user was asked
// for one by one by the first client.
func TestUserinfo(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	c := newCast(t, g, shared.Namespace(t))
	v := installation.NewVisitor(http.DefaultTransport, g.Issuer)
	tokens := c.web.Tokens(t, v, "alice", url.Values{
		"scope": {"openid email"}, "audience": {c.gateway.ID}, "claims": {`{"userinfo":{"preferred_username":null}}`},
	})
	if first := installation.Userinfo(t, c.Issuer, bearer(tokens)); first.JSON["preferred_username"] != "alice" {
		t.Fatalf("userinfo answers %d %s", first.Status, first.Body)
	}
	got := bearer(given(t, exchange(t, c.gateway, bearer(tokens), typeAccess, url.Values{"scope": {"openid"}})))
	answer := installation.Userinfo(t, c.Issuer, got)
	if answer.Status != http.StatusOK || answer.JSON["sub"] != claimsOf(t, got)["sub"] || len(answer.JSON) != 1 {
		t.Errorf("userinfo answers %d %s", answer.Status, answer.Body)
	}
	bare := bearer(given(t, exchange(t, c.gateway, ci.token(t, c.gateway.ID, nil), typeJWT, nil)))
	if answer := installation.Userinfo(t, c.Issuer, bare); answer.Status != http.StatusUnauthorized {
		t.Errorf("userinfo of a workload answers %d %s", answer.Status, answer.Body)
	}
	if answer := c.gateway.Post(t, "/revoke", url.Values{"token": {got}}); answer.Status != http.StatusOK {
		t.Errorf("revocation answers %d %s", answer.Status, answer.Body)
	}
	if answer := installation.Userinfo(t, c.Issuer, got); answer.Status != http.StatusUnauthorized {
		t.Errorf("userinfo of a revoked token answers %d %s", answer.Status, answer.Body)
	}
	if answer := installation.Userinfo(t, c.Issuer, bearer(tokens)); answer.Status != http.StatusOK {
		t.Errorf("the revocation ended the user's Grant: %d %s", answer.Status, answer.Body)
	}
}

// ServiceAccounts of other namespaces are selected by labels, and no others.
func TestAccountsByLabels(t *testing.T) {
	t.Parallel()
	g, namespace, near, far := grantor(t), shared.Namespace(t), shared.Namespace(t), shared.Namespace(t)
	c := newCast(t, g, namespace, func(o *oauthv1alpha1.OAuthClient) {
		o.Spec.TokenExchange.Subjects = []oauthv1alpha1.TokenExchangeSubject{{ServiceAccounts: &oauthv1alpha1.SubjectServiceAccounts{
			Namespaces: oauthv1alpha1.SubjectNamespaces{
				From:     oauthv1alpha1.NamespacesFromSelector,
				Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"kubernetes.io/metadata.name": near}},
			},
		}}}
	})
	for _, n := range []string{namespace, near, far} {
		account(t, g, n, "pod")
	}
	got := given(t, exchange(t, c.gateway, projected(t, g, near, "pod", c.gateway.ID), typeJWT, nil))
	says(t, c, bearer(got), "serviceaccount:"+near+":pod", "", "client:"+c.gateway.ID)
	denied(t, exchange(t, c.gateway, projected(t, g, far, "pod", c.gateway.ID), typeJWT, nil), "invalid_request")
	denied(t, exchange(t, c.gateway, projected(t, g, namespace, "pod", c.gateway.ID), typeJWT, nil), "invalid_request")
}

// A policy decides about a client that exchanges as about any other.
func TestPolicies(t *testing.T) {
	t.Parallel()
	g, namespace := grantor(t), shared.Namespace(t)
	c := newCast(t, g, namespace)
	policy := &oauthv1alpha1.OAuthClientPolicy{ObjectMeta: metav1.ObjectMeta{Namespace: devenv.SystemNamespace, Name: namespace}}
	policy.Spec.NamespaceSelector.MatchLabels = map[string]string{"kubernetes.io/metadata.name": namespace}
	policy.Spec.FederatedIssuers = []oauthv1alpha1.TrustedIssuerPattern{"other"}
	if err := g.Admin.Create(t.Context(), policy); err != nil {
		t.Fatal(err)
	}
	g.AwaitCondition(t, c.gateway.Object, oauthv1alpha1.ConditionAccepted, metav1.ConditionFalse, oauthv1alpha1.ReasonTrustedIssuerNotAllowed)
	edit(t, g, policy, func(p *oauthv1alpha1.OAuthClientPolicy) {
		p.Spec.FederatedIssuers, p.Spec.GrantTypes = nil, []oauthv1alpha1.GrantType{"authorization_code", "refresh_token", "client_credentials"}
	})
	g.AwaitCondition(t, c.gateway.Object, oauthv1alpha1.ConditionAccepted, metav1.ConditionFalse, oauthv1alpha1.ReasonGrantTypeNotAllowed)
	edit(t, g, policy, func(p *oauthv1alpha1.OAuthClientPolicy) {
		p.Spec.GrantTypes = append(p.Spec.GrantTypes, oauthv1alpha1.GrantTokenExchange)
	})
	g.AwaitCondition(t, c.gateway.Object, oauthv1alpha1.ConditionReady, metav1.ConditionTrue, "")
}
