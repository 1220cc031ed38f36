package exchange

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// What is refused is refused with a registered code, and says what cures it.
func TestRefused(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	c := newCast(t, g, shared.Namespace(t))
	tokens := c.tokens(t, "openid read offline_access")
	access := bearer(tokens)
	// Its own audience is the issuer, not the gateway.
	plain := c.web.Tokens(t, installation.NewVisitor(http.DefaultTransport, g.Issuer), "alice", url.Values{"scope": {"openid read"}})
	other := newCast(t, g, shared.Namespace(t))
	none := func(name string) url.Values { return url.Values{name: nil} }
	for name, test := range map[string]struct {
		as           installation.App
		subject, typ string
		more         url.Values
		code, says   string
	}{
		"for another client":                 {other.gateway, access, typeAccess, nil, "invalid_request", "aud"},
		"for the issuer":                     {c.gateway, bearer(plain), typeAccess, nil, "invalid_request", "aud"},
		"of a client that is not listed":     {other.gateway, bearer(other.tokens(t, "read")), typeAccess, url.Values{"audience": {other.orders.ID}}, "", ""},
		"an ID token of another client":      {c.gateway, member(tokens, "id_token"), typeID, nil, "invalid_request", "not valid"},
		"an ID token as an access token":     {c.gateway, member(tokens, "id_token"), typeAccess, nil, "invalid_request", "not valid"},
		"an ID token as a JWT":               {c.gateway, member(tokens, "id_token"), typeJWT, nil, "invalid_request", "aud"},
		"an access token as an ID token":     {c.gateway, access, typeID, nil, "invalid_request", "not valid"},
		"a refresh token":                    {c.gateway, member(tokens, "refresh_token"), typeRefresh, nil, "invalid_request", "subject_token_type"},
		"a refresh token as an access token": {c.gateway, member(tokens, "refresh_token"), typeAccess, nil, "invalid_request", "not valid"},
		"a refresh token as a JWT":           {c.gateway, member(tokens, "refresh_token"), typeJWT, nil, "invalid_request", "not valid"},
		"a client secret":                    {c.gateway, c.gateway.Secret, typeAccess, nil, "invalid_request", "not valid"},
		"SAML":                               {c.gateway, access, "urn:ietf:params:oauth:token-type:saml2", nil, "invalid_request", "subject_token_type"},
		"a changed token":                    {c.gateway, access + "A", typeAccess, nil, "invalid_request", "not valid"},
		"a huge token":                       {c.gateway, strings.Repeat("a", 40<<10), typeJWT, nil, "invalid_request", "not valid"},
		"a token in other letters":           {c.gateway, "\u0430.\u2028.\x00", typeJWT, nil, "invalid_request", "not valid"},
		"no token":                           {c.gateway, "", typeAccess, nil, "invalid_request", "subject_token"},
		"no type":                            {c.gateway, access, "", nil, "invalid_request", "subject_token_type"},
		"two tokens":                         {c.gateway, access, typeAccess, url.Values{"subject_token": {access, access}}, "invalid_request", "more than once"},
		"two types":                          {c.gateway, access, typeAccess, url.Values{"subject_token_type": {typeAccess, typeJWT}}, "invalid_request", "more than once"},
		"an actor token":                     {c.gateway, access, typeAccess, url.Values{"actor_token": {access}, "actor_token_type": {typeAccess}}, "invalid_request", "actor_token"},
		"a type of an actor token":           {c.gateway, access, typeAccess, url.Values{"actor_token_type": {typeAccess}}, "invalid_request", "actor_token"},
		"a refresh token, please":            {c.gateway, access, typeAccess, url.Values{"requested_token_type": {typeRefresh}}, "invalid_request", "requested_token_type"},
		"an ID token, please":                {c.gateway, access, typeAccess, url.Values{"requested_token_type": {typeID}}, "invalid_request", "requested_token_type"},
		"two requested types":                {c.gateway, access, typeAccess, url.Values{"requested_token_type": {typeAccess, typeJWT}}, "invalid_request", "more than once"},
		"a target that is not the client's":  {c.gateway, access, typeAccess, url.Values{"audience": {c.namespace + ".other"}}, "invalid_target", ""},
		"a target in other letters":          {c.gateway, access, typeAccess, url.Values{"audience": {strings.ToUpper(c.orders.ID)}}, "invalid_target", ""},
		"two targets":                        {c.gateway, access, typeAccess, url.Values{"audience": {c.orders.ID}, "resource": {g.Issuer}}, "invalid_target", "one"},
		"two targets in one parameter":       {c.gateway, access, typeAccess, url.Values{"audience": {c.orders.ID + " " + g.Issuer}}, "invalid_target", "one"},
		"the issuer as a target":             {c.gateway, access, typeAccess, url.Values{"resource": {g.Issuer}}, "invalid_target", "issuer"},
		"an empty target":                    {c.gateway, access, typeAccess, url.Values{"resource": {"", ""}}, "invalid_target", ""},
		"a scope that the token has not":     {c.gateway, access, typeAccess, url.Values{"scope": {"write"}}, "invalid_scope", "spec.tokenExchange.scopes"},
		"a scope that outlives the token":    {c.gateway, access, typeAccess, url.Values{"scope": {"offline_access"}}, "invalid_scope", ""},
		"a scope that nobody knows":          {c.gateway, access, typeAccess, url.Values{"scope": {"unheard-of \u00e9"}}, "invalid_scope", ""},
		"by a client that may not exchange":  {c.orders, access, typeAccess, nil, "unauthorized_client", ""},
		"by the application, which may not":  {c.web, access, typeAccess, nil, "unauthorized_client", ""},
		"without a grant type":               {c.gateway, access, typeAccess, none("grant_type"), "invalid_request", ""},
	} {
		t.Run(name, func(t *testing.T) {
			answer := exchange(t, test.as, test.subject, test.typ, test.more)
			if test.code == "" {
				given(t, answer)
				return
			}
			denied(t, answer, test.code)
			if !strings.Contains(answer.Body, test.says) {
				t.Errorf("it does not say %q: %s", test.says, answer.Body)
			}
			for _, secret := range []string{access, member(tokens, "refresh_token")} {
				if strings.Contains(answer.Body, secret) {
					t.Error("the answer has a token")
				}
			}
		})
	}
}

// A list of subjects that is narrowed, a user that is disabled, a client that is suspended and
// a token that has expired end what is exchanged, and what was.
func TestEnds(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	c := newCast(t, g, shared.Namespace(t))
	person := g.CreateUser(t, "dora-"+c.namespace)
	v := installation.NewVisitor(http.DefaultTransport, g.Issuer)
	asked := url.Values{"scope": {"openid read"}, "audience": {c.gateway.ID}}
	var tokens map[string]any
	installation.Eventually(t, installation.Effective, func() bool {
		to, verifier := c.web.AuthorizationURL(asked)
		view := v.Get(t, to)
		if _, asks := view.LoginForm(); asks {
			view = v.SignIn(t, view, person.Spec.Username, person.Spec.Username+"-password")
		}
		if _, asks := view.DecisionForm(); asks {
			view = v.Decide(t, view, "allow")
		}
		if view.Param("code") == "" {
			return false
		}
		tokens = c.web.Redeem(t, view.Param("code"), verifier, nil).JSON
		return bearer(tokens) != ""
	}, func() string { return "user" })
	until := func(code string) {
		t.Helper()
		var answer installation.Answer
		installation.Eventually(t, installation.Effective, func() bool {
			answer = exchange(t, c.gateway, bearer(tokens), typeAccess, nil)
			return answer.Code() == code
		}, func() string { return "answer " + code + " instead of " + answer.Body })
	}
	until("")
	got := bearer(given(t, exchange(t, c.gateway, bearer(tokens), typeAccess, nil)))

	edit(t, g, c.gateway.Object, func(o *oauthv1alpha1.OAuthClient) {
		o.Spec.TokenExchange.Subjects = []oauthv1alpha1.TokenExchangeSubject{ofClients("other.*")}
	})
	until("invalid_request")
	edit(t, g, c.gateway.Object, func(o *oauthv1alpha1.OAuthClient) {
		o.Spec.TokenExchange.Subjects = []oauthv1alpha1.TokenExchangeSubject{ofClients("*")}
		o.Spec.Access.Groups = []string{"nobody"}
	})
	until("invalid_target")
	ends(t, c.orders, got)
	edit(t, g, c.gateway.Object, func(o *oauthv1alpha1.OAuthClient) { o.Spec.Access.Groups = nil })
	until("")
	edit(t, g, c.web.Object, func(o *oauthv1alpha1.OAuthClient) { o.Spec.Suspend = true })
	until("invalid_request")
	ends(t, c.orders, got)
	edit(t, g, c.web.Object, func(o *oauthv1alpha1.OAuthClient) { o.Spec.Suspend = false })
	until("")
	edit(t, g, person, func(u *oauthv1alpha1.OAuthUser) { u.Spec.Disabled = true })
	until("invalid_request")
	ends(t, c.orders, got)
	edit(t, g, person, func(u *oauthv1alpha1.OAuthUser) { u.Spec.Disabled = false })
	until("")
	if answer := c.orders.Post(t, "/introspect", url.Values{"token": {got}}); answer.JSON["active"] != true {
		t.Errorf("the token stays inactive: %s", answer.Body)
	}
	// The client that was given it ends with it, as any other does.
	edit(t, g, c.gateway.Object, func(o *oauthv1alpha1.OAuthClient) {
		next := metav1.NewTime(time.Now().Add(time.Second))
		o.Spec.SessionsNotBefore = &next
	})
	ends(t, c.orders, got)

	edit(t, g, c.web.Object, func(o *oauthv1alpha1.OAuthClient) {
		o.Spec.Tokens.AccessToken.Lifetime = &metav1.Duration{Duration: 1e9}
	})
	installation.Eventually(t, installation.Effective, func() bool {
		code, verifier := c.web.Code(t, v, person.Spec.Username, asked)
		tokens = c.web.Redeem(t, code, verifier, nil).JSON
		return tokens["expires_in"] == 1.0
	}, func() string { return "short life" })
	until("invalid_request")
}

// Policies and the schema keep clients from exchanging.
func TestClientsThatCannotExchange(t *testing.T) {
	t.Parallel()
	g, namespace := grantor(t), shared.Namespace(t)
	public := installation.Service(namespace, "public", requester(nil, ofClients("*")), func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.GrantTypes = []oauthv1alpha1.GrantType{oauthv1alpha1.GrantTokenExchange}
		c.Spec.Authentication.Method = oauthv1alpha1.AuthenticationNone
	})
	if err := g.Admin.Create(t.Context(), public); err == nil || !strings.Contains(err.Error(), "cannot use urn:ietf:params:oauth:grant-type:token-exchange") {
		t.Errorf("a client without credentials: %v", err)
	}
	unknown := installation.Service(namespace, "unknown", requester(nil, oauthv1alpha1.TokenExchangeSubject{Federated: &oauthv1alpha1.FederatedIdentity{Issuer: "nobody", Subject: "a"}}))
	if err := g.Admin.Create(t.Context(), unknown); err != nil {
		t.Fatal(err)
	}
	g.AwaitCondition(t, unknown, oauthv1alpha1.ConditionAccepted, metav1.ConditionFalse, oauthv1alpha1.ReasonTrustedIssuerNotFound)
	wide := installation.Service(namespace, "wide", requester(nil, oauthv1alpha1.TokenExchangeSubject{Federated: &oauthv1alpha1.FederatedIdentity{
		Issuer: "ci", Subject: "repo:*", Claims: map[string]oauthv1alpha1.ClaimValue{"ref": "main"}}}))
	if err := g.Admin.Create(t.Context(), wide); err != nil {
		t.Fatal(err)
	}
	g.AwaitCondition(t, wide, oauthv1alpha1.ConditionAccepted, metav1.ConditionFalse, oauthv1alpha1.ReasonFederatedSubjectNotAllowed)
}
