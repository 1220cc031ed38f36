package people

import (
	"net/url"
	"reflect"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

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
