package people

import (
	"maps"
	"net/url"
	"reflect"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// tokens.idToken.claims: Requested: the ID token tells what its part of the parameter
// claims asks for, at a refresh, too; userinfo tells everything.
func TestIDTokenWithRequestedClaims(t *testing.T) {
	t.Parallel()
	app := newApp(t, func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.Tokens.IDToken.Claims = oauthv1alpha1.IDTokenRequested
		c.Spec.Claims = []oauthv1alpha1.ClaimMapping{{Name: "mail", From: "email"}}
	})
	person, v := newPerson(t, complete), visitor(t)
	everything := maps.Clone(wholeProfile(person.Spec.Username)["email"])
	everything["mail"] = everything["email"]
	maps.Copy(everything, wholeProfile(person.Spec.Username)["groups"])
	for asked, wanted := range map[string]claims{
		``:                                     {},
		`{"userinfo":{"groups":null}}`:         {},
		`{"id_token":{"groups":null}}`:         wholeProfile("")["groups"],
		`{"id_token":{"email":null,"x":null}}`: {"email": "carol@example.com", "mail": "carol@example.com"},
	} {
		tokens := app.Tokens(t, v, person.Spec.Username, url.Values{"scope": {"openid email groups"}, "claims": {asked}})
		next := tokensOf(t, app.Refresh(t, refresh(tokens), nil))
		for _, got := range []map[string]any{tokens, next} {
			if told := identified(t, app, got); !reflect.DeepEqual(personal(told), wanted) || text(told["sub"]) == "" {
				t.Errorf("%s: the ID token has %v, not %v", asked, told, wanted)
			}
			if told := personal(about(t, app, got)); !reflect.DeepEqual(told, everything) {
				t.Errorf("%s: userinfo has %v, not %v", asked, told, everything)
			}
		}
	}
}

// spec.claims: copies under names of the application's own, where their source is.
func TestClaimsMapping(t *testing.T) {
	t.Parallel()
	app := newApp(t, func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.Claims = []oauthv1alpha1.ClaimMapping{
			{Name: "id", From: "sub"}, {Name: "username", From: "preferred_username"}, {Name: "https://app.example/roles", From: "groups"}, {Name: "mail", From: "email"}, {Name: "name", From: "email"},
		}
	})
	person, v := newPerson(t, complete), visitor(t)
	for scope, wanted := range map[string]claims{
		"openid":        {},
		"openid groups": {"groups": []any{"devs", "admins"}, "https://app.example/roles": []any{"devs", "admins"}},
		"openid email":  {"email": "carol@example.com", "email_verified": true, "mail": "carol@example.com", "name": "carol@example.com"},
	} {
		tokens := app.Tokens(t, v, person.Spec.Username, url.Values{"scope": {scope}})
		for where, got := range map[string]claims{"userinfo": about(t, app, tokens), "the ID token": identified(t, app, tokens)} {
			wanted["id"] = got["sub"]
			if !reflect.DeepEqual(personal(got), wanted) {
				t.Errorf("%s: %s has %v, not %v", scope, where, personal(got), wanted)
			}
		}
	}
	// A copy takes the place of what the person has under that name.
	tokens := app.Tokens(t, v, person.Spec.Username, url.Values{"scope": {"openid profile email"}})
	if got := about(t, app, tokens); got["name"] != "carol@example.com" || got["username"] != person.Spec.Username {
		t.Errorf("userinfo has %v", got)
	}
}
