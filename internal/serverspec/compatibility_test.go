package serverspec

import (
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

func TestLacks(t *testing.T) {
	scope := func(names ...oauthv1alpha1.Scope) (out []oauthv1alpha1.ScopeDefinition) {
		for _, name := range names {
			out = append(out, oauthv1alpha1.ScopeDefinition{Name: name})
		}
		return out
	}
	sealed := &oauthv1alpha1.ServerRegistration{Anonymous: oauthv1alpha1.AnonymousRegistration{Mode: oauthv1alpha1.AnonymousRegistrationSealed, Scopes: []oauthv1alpha1.Scope{"event:write"}}}
	without := &oauthv1alpha1.ServerRegistration{Anonymous: oauthv1alpha1.AnonymousRegistration{Mode: oauthv1alpha1.AnonymousRegistrationSealed}}
	for name, test := range map[string]struct {
		spec oauthv1alpha1.OAuthServerSpec
		want []string
	}{
		"no system": {oauthv1alpha1.OAuthServerSpec{Issuer: "https://a/b"}, nil},
		"Cloudron and ownCloud without a catalogue": {
			oauthv1alpha1.OAuthServerSpec{Issuer: "https://a/b", Compatibility: []oauthv1alpha1.CompatibilityProfile{"cloudron", "owncloud"}},
			[]string{"ScopeMissing", "ScopeMissing"},
		},
		"Cloudron and ownCloud": {
			oauthv1alpha1.OAuthServerSpec{Issuer: "https://a/b", Scopes: scope("email", "profile"), Compatibility: []oauthv1alpha1.CompatibilityProfile{"cloudron", "owncloud"}}, nil,
		},
		"Gancio without anything": {
			oauthv1alpha1.OAuthServerSpec{Issuer: "https://a/b", Compatibility: []oauthv1alpha1.CompatibilityProfile{"gancio"}},
			[]string{"ScopeMissing", "RegistrationNotAllowed", "IssuerHasPath"},
		},
		"Gancio whose applications may not ask for its scope": {
			oauthv1alpha1.OAuthServerSpec{Issuer: "https://a", Scopes: scope("event:write"), Registration: without, Compatibility: []oauthv1alpha1.CompatibilityProfile{"gancio"}}, []string{"ScopeMissing"},
		},
		"Coder": {
			oauthv1alpha1.OAuthServerSpec{Issuer: "https://a/b", Scopes: scope("email"), Compatibility: []oauthv1alpha1.CompatibilityProfile{"coder"}}, []string{"ScopeMissing"},
		},
		"Coder with a scope account that any client may ask for": {
			oauthv1alpha1.OAuthServerSpec{Issuer: "https://a", Scopes: scope("profile", "email", "account"), Compatibility: []oauthv1alpha1.CompatibilityProfile{"coder"}}, []string{"ScopeNotRestricted"},
		},
		"Coder with a scope account that is restricted": {
			oauthv1alpha1.OAuthServerSpec{
				Issuer: "https://a", Scopes: append(scope("profile", "email"), oauthv1alpha1.ScopeDefinition{Name: "account", Restricted: true}),
				Compatibility: []oauthv1alpha1.CompatibilityProfile{"coder"},
			}, nil,
		},
		"Gancio": {
			oauthv1alpha1.OAuthServerSpec{Issuer: "https://a:8443", Scopes: scope("event:write"), Registration: sealed, Compatibility: []oauthv1alpha1.CompatibilityProfile{"gancio"}}, nil,
		},
	} {
		settings := Of(&oauthv1alpha1.OAuthServer{Spec: test.spec})
		var got []string
		for _, lack := range settings.Lacks() {
			got = append(got, lack.Reason)
			if lack.Message == "" || lack.Message[len(lack.Message)-1] != '.' {
				t.Errorf("%s: %q is no sentence", name, lack.Message)
			}
		}
		if len(got) != len(test.want) {
			t.Errorf("%s: lacks %v, not %v", name, got, test.want)
			continue
		}
		for n := range got {
			if got[n] != test.want[n] {
				t.Errorf("%s: lacks %v, not %v", name, got, test.want)
			}
		}
	}
}

func TestEverySystemHasNeeds(t *testing.T) {
	for _, profile := range []oauthv1alpha1.CompatibilityProfile{
		oauthv1alpha1.CompatibilityCloudron, oauthv1alpha1.CompatibilityOwnCloud, oauthv1alpha1.CompatibilityGancio, oauthv1alpha1.CompatibilityCoder,
	} {
		if _, ok := neededBy[profile]; !ok {
			t.Errorf("nothing is said of %s", profile)
		}
		settings := Settings{Compatibility: []oauthv1alpha1.CompatibilityProfile{profile}}
		if !settings.Speaks(profile) || (&Settings{}).Speaks(profile) {
			t.Errorf("%s is spoken otherwise", profile)
		}
	}
}

// A scope account that is not restricted is one of somebody's API.
func TestWhichScopeEndsConsents(t *testing.T) {
	for _, test := range []struct {
		scopes []oauthv1alpha1.ScopeDefinition
		want   bool
	}{
		{nil, false}, {[]oauthv1alpha1.ScopeDefinition{{Name: "account"}}, false}, {[]oauthv1alpha1.ScopeDefinition{{Name: "accounts", Restricted: true}}, false},
		{[]oauthv1alpha1.ScopeDefinition{{Name: "openid"}, {Name: "account", Restricted: true}}, true},
	} {
		if (&Settings{Scopes: test.scopes}).EndsConsents() != test.want {
			t.Errorf("%v: %t", test.scopes, !test.want)
		}
	}
}
