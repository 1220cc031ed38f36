package providerspec

import (
	"strings"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

func secretive(change func(*spec)) *oauthv1alpha1.OAuthIdentityProvider {
	return with(with(oidc("https://a.example"), func(s *spec) { s.OIDC.ClientSecretRef = &oauthv1alpha1.ProviderSecretReference{Name: "corp"} }), change)
}

func encoded(t *testing.T, p *oauthv1alpha1.OAuthIdentityProvider, value string) []byte {
	t.Helper()
	c, err := NewCredential(p, []byte(value))
	if err != nil {
		t.Fatal(err)
	}
	entry, err := c.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return entry
}

func TestCredentials(t *testing.T) {
	p := secretive(func(*spec) {})
	for given, want := range map[string]string{
		"s3cret": "s3cret", "s3cret\n": "s3cret", "s3cret\r\n": "s3cret", " p\u00e4ss wort ": " p\u00e4ss wort ", strings.Repeat("a", 4096): strings.Repeat("a", 4096),
	} {
		if got, ok := DecodeCredential(p, encoded(t, p, given)); !ok || got != want {
			t.Errorf("%q becomes %q, %t", given, got, ok)
		}
	}
	for _, bad := range []string{"", "\n", strings.Repeat("a", 4097), "a\xff", "a\nb", "s3cret\n\n", "a\x00"} {
		_, err := NewCredential(p, []byte(bad))
		if err == nil || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%q: %v", bad, err)
		}
	}
	for _, bad := range []string{"", "null", "{}", "s3cret", `{"value":"s3cret"}`, `{"target":"","value":"s3cret"}`} {
		if got, ok := DecodeCredential(p, []byte(bad)); ok || got != "" {
			t.Errorf("%q is read as %q", bad, got)
		}
	}
}

// A secret is sent to nobody but whom it was given for.
func TestCredentialsOfAnotherTarget(t *testing.T) {
	entry := encoded(t, secretive(func(*spec) {}), "s3cret")
	for name, change := range map[string]func(*spec){
		"another issuer": func(s *spec) { s.OIDC.Issuer = "https://evil.example" },
		"another client": func(s *spec) { s.OIDC.ClientID = "other" },
		"another Secret": func(s *spec) { s.OIDC.ClientSecretRef.Name = "other" },
		"another key":    func(s *spec) { s.OIDC.ClientSecretRef.Key = "other" },
	} {
		if got, ok := DecodeCredential(secretive(change), entry); ok || got != "" {
			t.Errorf("%s gets the secret", name)
		}
	}
	if _, ok := DecodeCredential(secretive(func(s *spec) { s.DisplayName = "Corp" }), entry); !ok {
		t.Error("another name needs another secret")
	}
	at := func(url string) *oauthv1alpha1.OAuthIdentityProvider {
		return with(custom("https://a.example/"), func(s *spec) {
			s.OAuth2.Custom.TokenEndpoint, s.OAuth2.ClientSecretRef = oauthv1alpha1.WebURI(url), &oauthv1alpha1.ProviderSecretReference{Name: "corp"}
		})
	}
	bind := func(url, dn string) *oauthv1alpha1.OAuthIdentityProvider {
		return with(directory(), func(s *spec) {
			s.LDAP.URL, s.LDAP.BindDN, s.LDAP.BindSecretRef = url, dn, &oauthv1alpha1.ProviderSecretReference{Name: "corp"}
		})
	}
	enterprise := func(at string) *oauthv1alpha1.OAuthIdentityProvider {
		return with(github(at), func(s *spec) { s.OAuth2.ClientSecretRef = &oauthv1alpha1.ProviderSecretReference{Name: "corp"} })
	}
	for _, pair := range [][2]*oauthv1alpha1.OAuthIdentityProvider{
		{at("https://a.example/token"), at("https://b.example/token")}, {bind("ldaps://a", "cn=a"), bind("ldaps://b", "cn=a")}, {bind("ldaps://a", "cn=a"), bind("ldaps://a", "cn=b")},
		{enterprise("https://a.example"), enterprise("https://b.example")},
	} {
		if _, ok := DecodeCredential(pair[1], encoded(t, pair[0], "s3cret")); ok {
			t.Error("another target gets the secret")
		}
		if _, ok := DecodeCredential(pair[0], encoded(t, pair[0], "s3cret")); !ok {
			t.Error("the target does not get its secret")
		}
	}
}
