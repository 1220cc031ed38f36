package exchange

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// A gateway calls a service for the user who called it: less in scope, no longer, and named as
// the actor. What ends the user's Grant ends it.
func TestForAUser(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	c := newCast(t, g, shared.Namespace(t))
	tokens := c.tokens(t, "openid email read offline_access")
	subject := claimsOf(t, bearer(tokens))
	alice := member(subject, "sub")
	got := given(t, exchange(t, c.gateway, bearer(tokens), typeAccess, nil))
	says(t, c, bearer(got), alice, "openid email read", "client:"+c.gateway.ID)
	made := claimsOf(t, bearer(got))
	if made["exp"].(float64) > subject["exp"].(float64) || made["auth_time"] != subject["auth_time"] || made["grant_id"] != nil || made["client_uid"] != nil || made["jti"] == subject["jti"] {
		t.Errorf("%v became %v", subject, made)
	}
	if got["token_type"] != "Bearer" || got["issued_token_type"] != typeAccess || got["scope"] != "openid email read" {
		t.Errorf("the answer is %v", got)
	}
	narrow := given(t, exchange(t, c.gateway, bearer(tokens), typeJWT, url.Values{"scope": {"read write"}, "requested_token_type": {typeJWT}, "audience": {c.orders.ID}}))
	says(t, c, bearer(narrow), alice, "read", "client:"+c.gateway.ID)
	if narrow["issued_token_type"] != typeJWT {
		t.Errorf("the answer is %v", narrow)
	}
	// The service that is the audience may ask about it, and others may not.
	if introspected(t, c.orders, bearer(got))["active"] != true || introspected(t, c.web, bearer(got))["active"] != false {
		t.Error("introspection by others")
	}
	// Ending the new token does not end the user's session, but those that were made from it.
	if answer := c.gateway.Post(t, "/revoke", url.Values{"token": {bearer(narrow)}}); answer.Status != http.StatusOK {
		t.Errorf("revocation answers %d %s", answer.Status, answer.Body)
	}
	ends(t, c.orders, bearer(narrow))
	if introspected(t, c.gateway, bearer(tokens))["active"] != true || introspected(t, c.orders, bearer(got))["active"] != true {
		t.Error("the revocation ended other tokens")
	}
	if answer := c.web.Post(t, "/revoke", url.Values{"token": {member(tokens, "refresh_token")}}); answer.Status != http.StatusOK {
		t.Errorf("revocation answers %d %s", answer.Status, answer.Body)
	}
	ends(t, c.orders, bearer(got))
	denied(t, exchange(t, c.gateway, bearer(tokens), typeAccess, nil), "invalid_request")
}

// Workloads are subjects by the tokens of their own platforms.
func TestForWorkloads(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	c := newCast(t, g, shared.Namespace(t), func(o *oauthv1alpha1.OAuthClient) {
		o.Spec.TokenExchange.Scopes = []oauthv1alpha1.Scope{"read"}
	})
	account(t, g, c.namespace, "billing")
	account(t, g, c.namespace, "other")
	own := projected(t, g, c.namespace, "billing", c.gateway.ID)
	bare := given(t, exchange(t, c.gateway, own, typeJWT, nil))
	says(t, c, bearer(bare), "serviceaccount:"+c.namespace+":billing", "", "client:"+c.gateway.ID)
	got := given(t, exchange(t, c.gateway, own, typeJWT, url.Values{"scope": {"read write"}}))
	says(t, c, bearer(got), "serviceaccount:"+c.namespace+":billing", "read", "client:"+c.gateway.ID)
	for name, token := range map[string]string{
		"for the issuer":           projected(t, g, c.namespace, "billing", g.Issuer),
		"for the issuer, too":      projected(t, g, c.namespace, "billing", c.gateway.ID, g.Issuer),
		"for another client":       projected(t, g, c.namespace, "billing", c.orders.ID),
		"of another account":       projected(t, g, c.namespace, "other", c.gateway.ID),
		"of an unsigned kind":      own[:strings.LastIndexByte(own, '.')+1] + "AAAA",
		"of another namespace":     projected(t, g, "default", "default", c.gateway.ID),
		"of nobody":                "a.b.c",
		"of a job, for the issuer": ci.token(t, g.Issuer, nil),
		"of a job of another":      ci.token(t, c.gateway.ID, map[string]any{"owner": "66"}),
		"of a job for others too":  ci.token(t, c.gateway.ID, map[string]any{"aud": []string{c.gateway.ID, g.Issuer}}),
		"of a job that has ended":  ci.token(t, c.gateway.ID, map[string]any{"exp": time.Now().Unix() - 1}),
		"of another issuer":        ci.token(t, c.gateway.ID, map[string]any{"iss": "https://other.example"}),
		"with an actor":            ci.token(t, c.gateway.ID, map[string]any{"act": map[string]any{"sub": "x"}}),
		"for another actor":        ci.token(t, c.gateway.ID, map[string]any{"may_act": map[string]any{"sub": "x"}}),
		"that is changed":          ci.token(t, c.gateway.ID, nil) + "A",
	} {
		t.Run(name, func(t *testing.T) { denied(t, exchange(t, c.gateway, token, typeJWT, nil), "invalid_request") })
	}
	job := given(t, exchange(t, c.gateway, ci.token(t, c.gateway.ID, map[string]any{"may_act": map[string]any{"sub": c.gateway.ID}}), typeJWT, url.Values{"scope": {"read"}}))
	says(t, c, bearer(job), "workload:ci:repo:acme/shop", "read", "client:"+c.gateway.ID)
	short := given(t, exchange(t, c.gateway, ci.token(t, c.gateway.ID, map[string]any{"exp": time.Now().Unix() + 30}), typeJWT, nil))
	if seconds, _ := short["expires_in"].(float64); seconds > 30 || seconds < 20 {
		t.Errorf("a token of 30 seconds gives one of %v", short["expires_in"])
	}
	// A client's own token is one of a workload too.
	edit(t, g, c.orders.Object, func(o *oauthv1alpha1.OAuthClient) {
		o.Spec.Audiences = []oauthv1alpha1.Audience{oauthv1alpha1.Audience(c.gateway.ID)}
	})
	var service map[string]any
	installation.Eventually(t, installation.Effective, func() bool {
		answer := c.orders.Post(t, "/token", url.Values{"grant_type": {"client_credentials"}, "scope": {"read"}, "audience": {c.gateway.ID}})
		service = answer.JSON
		return answer.Status == http.StatusOK
	}, func() string { return "audience" })
	made := given(t, exchange(t, c.gateway, bearer(service), typeAccess, nil))
	says(t, c, bearer(made), c.orders.ID, "read", "client:"+c.gateway.ID)
	if answer := c.orders.Post(t, "/revoke", url.Values{"token": {bearer(service)}}); answer.Status != http.StatusOK {
		t.Errorf("revocation answers %d %s", answer.Status, answer.Body)
	}
	ends(t, c.gateway, bearer(made))
}

// An ID token says who the user is, so that it gives no scope but those that the client's
// object adds and the user was asked for.
func TestIDTokens(t *testing.T) {
	t.Parallel()
	g, namespace := grantor(t), shared.Namespace(t)
	to := func(subjects ...oauthv1alpha1.TokenExchangeSubject) func(*oauthv1alpha1.OAuthClient) {
		return func(o *oauthv1alpha1.OAuthClient) {
			o.Spec.GrantTypes = []oauthv1alpha1.GrantType{"authorization_code", "refresh_token", oauthv1alpha1.GrantTokenExchange}
			o.Spec.Audiences = []oauthv1alpha1.Audience{oauthv1alpha1.Audience(namespace + ".orders")}
			o.Spec.TokenExchange = &oauthv1alpha1.ClientTokenExchange{Subjects: subjects, Scopes: []oauthv1alpha1.Scope{"read"}}
		}
	}
	orders := g.NewApp(t, installation.Service(namespace, "orders"))
	desk := g.NewApp(t, installation.Application(namespace, "desk", to(ofClients("*"))))
	other := g.NewApp(t, installation.Application(namespace, "other", to(ofClients(oauthv1alpha1.SubjectClientPattern(namespace+".desk")))))
	v := installation.NewVisitor(http.DefaultTransport, g.Issuer)
	tokens := desk.Tokens(t, v, "alice", url.Values{"scope": {"openid email read write"}, "audience": {orders.ID}})
	c, alice := cast{Installation: g, namespace: namespace, gateway: desk, orders: orders}, member(claimsOf(t, bearer(tokens)), "sub")
	got := given(t, exchange(t, desk, member(tokens, "id_token"), typeID, nil))
	says(t, c, bearer(got), alice, "", "client:"+desk.ID)
	got = given(t, exchange(t, desk, member(tokens, "id_token"), typeID, url.Values{"scope": {"openid email read write"}}))
	says(t, c, bearer(got), alice, "read", "client:"+desk.ID)
	denied(t, exchange(t, desk, member(tokens, "id_token"), typeID, url.Values{"scope": {"email"}}), "invalid_scope")
	denied(t, exchange(t, other, member(tokens, "id_token"), typeID, nil), "invalid_request")
	denied(t, exchange(t, desk, member(tokens, "id_token"), typeAccess, nil), "invalid_request")
	denied(t, exchange(t, desk, bearer(tokens), typeID, nil), "invalid_request")
	unasked := desk.Tokens(t, v, "alice", url.Values{"scope": {"openid email write"}})
	denied(t, exchange(t, desk, member(unasked, "id_token"), typeID, url.Values{"scope": {"read"}}), "invalid_scope")
	denied(t, exchange(t, desk, bearer(unasked), typeAccess, url.Values{"scope": {"read"}}), "invalid_scope")
	denied(t, exchange(t, desk, member(tokens, "id_token"), typeID, url.Values{"audience": {g.Issuer}}), "invalid_target")
	// Its own access token, to give less of it away.
	narrow := given(t, exchange(t, desk, bearer(tokens), typeAccess, url.Values{"scope": {"write"}}))
	says(t, c, bearer(narrow), alice, "write", "client:"+desk.ID)
	denied(t, exchange(t, other, bearer(tokens), typeAccess, nil), "invalid_request")
	// One that could not exchange had ID tokens that lead nowhere.
	former := g.NewApp(t, installation.Application(namespace, "former"))
	old := former.Tokens(t, v, "alice", url.Values{"scope": {"openid"}})
	if claimsOf(t, member(old, "id_token"))["grant_id"] != nil {
		t.Error("the ID token of a client that exchanges nothing names its Grant")
	}
}

// A client may act in the place of others only if a policy says so.
func TestImpersonation(t *testing.T) {
	t.Parallel()
	g, namespace := grantor(t), shared.Namespace(t)
	c := newCast(t, g, namespace)
	edit(t, g, c.gateway.Object, func(o *oauthv1alpha1.OAuthClient) {
		o.Spec.TokenExchange.Actor = oauthv1alpha1.TokenExchangeActorOmit
	})
	g.AwaitCondition(t, c.gateway.Object, oauthv1alpha1.ConditionAccepted, metav1.ConditionFalse, oauthv1alpha1.ReasonActorNotAllowed)
	policy := &oauthv1alpha1.OAuthClientPolicy{ObjectMeta: metav1.ObjectMeta{Namespace: devenv.SystemNamespace, Name: namespace}}
	policy.Spec.NamespaceSelector.MatchLabels = map[string]string{"kubernetes.io/metadata.name": namespace}
	policy.Spec.TokenExchangeActors = []oauthv1alpha1.TokenExchangeActor{oauthv1alpha1.TokenExchangeActorOmit}
	if err := g.Admin.Create(t.Context(), policy); err != nil {
		t.Fatal(err)
	}
	g.AwaitCondition(t, c.gateway.Object, oauthv1alpha1.ConditionReady, metav1.ConditionTrue, "")
	tokens := c.tokens(t, "openid read")
	var answer installation.Answer
	installation.Eventually(t, installation.Effective, func() bool {
		answer = exchange(t, c.gateway, bearer(tokens), typeAccess, nil)
		return answer.Status == http.StatusOK
	}, func() string { return "client" })
	says(t, c, bearer(given(t, answer)), member(claimsOf(t, bearer(tokens)), "sub"), "openid read")
}
