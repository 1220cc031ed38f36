package providerspec

import (
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// Tokens of users are for whoever gave them, and so is what is known of an account.
func TestRealm(t *testing.T) {
	for name, test := range map[string]struct {
		was, is *oauthv1alpha1.OAuthIdentityProvider
		same    bool
	}{
		"another name of the button": {oidc("https://a.example"), with(oidc("https://a.example"), func(s *spec) { s.DisplayName = "Corp" }), true},
		"another secret": {oidc("https://a.example"), with(oidc("https://a.example"), func(s *spec) {
			s.OIDC.ClientSecretRef = &oauthv1alpha1.ProviderSecretReference{Name: "other"}
		}), true},
		"another issuer":          {oidc("https://a.example"), oidc("https://b.example"), false},
		"another client":          {oidc("https://a.example"), with(oidc("https://a.example"), func(s *spec) { s.OIDC.ClientID = "other" }), false},
		"another token endpoint":  {custom("https://a.example"), with(custom("https://a.example"), func(s *spec) { s.OAuth2.Custom.TokenEndpoint = "https://b.example" }), false},
		"another profile":         {custom("https://a.example"), with(custom("https://a.example"), func(s *spec) { s.OAuth2.Custom.Profile.URL = "https://b.example" }), false},
		"another way there":       {custom("https://a.example"), custom("https://b.example"), true},
		"another GitHub":          {github(""), github("https://github.example"), false},
		"a custom server":         {github(""), custom("https://github.com"), false},
		"a directory that moves":  {directory(), with(directory(), func(s *spec) { s.LDAP.URL = "ldaps://new.example" }), true},
		"a directory, other IDs":  {directory(), with(directory(), func(s *spec) { s.LDAP.Users.ID = "uid" }), false},
		"a directory, not OpenID": {directory(), oidc("https://a.example"), false},
	} {
		if same := Realm(test.was) == Realm(test.is); same != test.same {
			t.Errorf("%s: the same realm is %t", name, same)
		}
	}
}
