package tenants

import (
	"maps"
	"net/url"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// exchanging makes a client that exchanges tokens of all clients and all ServiceAccounts, and
// adds scopes.
func exchanging(added ...oauthv1alpha1.Scope) change {
	return func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.GrantTypes = append(c.Spec.GrantTypes, oauthv1alpha1.GrantTokenExchange)
		c.Spec.TokenExchange = &oauthv1alpha1.ClientTokenExchange{Scopes: added, Subjects: []oauthv1alpha1.TokenExchangeSubject{
			{Clients: []oauthv1alpha1.SubjectClientPattern{"*"}},
			{ServiceAccounts: &oauthv1alpha1.SubjectServiceAccounts{Namespaces: oauthv1alpha1.SubjectNamespaces{From: oauthv1alpha1.NamespacesFromAll}}},
		}}
	}
}

// A namespace gets nothing for tokens that are for clients of another one, and by exchanging
// its own no scope and no audience that it may not ask for anyway.
func TestExchangeAcrossNamespaces(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	ours, theirs := shared.Namespace(t), shared.Namespace(t)
	api := newService(t, g, theirs, "api")
	caller := newService(t, g, theirs, "caller", audiences(oauthv1alpha1.Audience(api.id)))
	thief := newService(t, g, ours, "thief", exchanging(restricted), audiences(catalogued))
	own := newService(t, g, ours, "own", audiences(oauthv1alpha1.Audience(thief.id)))
	exchange := func(token string, more url.Values) string {
		form := url.Values{
			"grant_type": {string(oauthv1alpha1.GrantTokenExchange)}, "subject_token": {token},
			"subject_token_type": {"urn:ietf:params:oauth:token-type:access_token"},
		}
		maps.Copy(form, more)
		return thief.ask(t, g.Issuer, form).Code()
	}
	stolen := caller.token(t, g, url.Values{"audience": {api.id}, "scope": {"read"}})
	good := own.token(t, g, url.Values{"audience": {thief.id}, "scope": {"read"}})
	for name, test := range map[string]struct {
		token string
		more  url.Values
		code  string
	}{
		"its own":                         {good, nil, ""},
		"a token for others":              {stolen, nil, "invalid_request"},
		"a scope that is restricted":      {good, url.Values{"scope": {restricted}}, "invalid_scope"},
		"a target of another namespace":   {good, url.Values{"audience": {api.id}}, "invalid_target"},
		"a target that nobody listed":     {good, url.Values{"resource": {"https://other.example"}}, "invalid_target"},
		"a target of its own, not listed": {good, url.Values{"audience": {own.id}}, "invalid_target"},
	} {
		if code := exchange(test.token, test.more); code != test.code {
			t.Errorf("%s: %q, and not %q", name, code, test.code)
		}
	}
	// Nor can it ask for tokens for clients of another namespace, to have them exchanged there.
	sender := create(t, g, senderTo(ours, api.id))
	refused(t, g, sender, oauthv1alpha1.ReasonAudienceNotAllowed)
}

func senderTo(namespace, audience string) *oauthv1alpha1.OAuthClient {
	c := &oauthv1alpha1.OAuthClient{}
	c.Namespace, c.Name = namespace, "sender"
	c.Spec.GrantTypes, c.Spec.Audiences = []oauthv1alpha1.GrantType{oauthv1alpha1.GrantClientCredentials}, []oauthv1alpha1.Audience{oauthv1alpha1.Audience(audience)}
	return c
}
