package providerspec

import (
	"slices"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

func TestSettings(t *testing.T) {
	bare := Of(oidc("https://a.example"))
	if bare != (Settings{Type: "oidc", DisplayName: "corp", Interval: time.Hour, Tolerate: 24 * time.Hour, ClientAuthentication: "none"}) || !bare.Redirects() {
		t.Errorf("%+v", bare)
	}
	full := Of(with(github(""), func(s *spec) {
		s.DisplayName, s.Usernames, s.OAuth2.ClientSecretRef = "Corp", oauthv1alpha1.UsernamesPlain, &oauthv1alpha1.ProviderSecretReference{Name: "corp"}
		s.Recheck = oauthv1alpha1.ProviderRecheck{Interval: &metav1.Duration{Duration: time.Minute}, Tolerate: &metav1.Duration{}}
	}))
	if full != (Settings{Type: "oauth2", DisplayName: "Corp", Interval: time.Minute, Plain: true, ClientAuthentication: "client_secret_basic"}) {
		t.Errorf("%+v", full)
	}
	directory := Of(directory())
	if directory.Type != "ldap" || directory.Redirects() || directory.ClientAuthentication != "" {
		t.Errorf("%+v", directory)
	}
}

func TestRedirectURI(t *testing.T) {
	if got := RedirectURI("https://id.example/a", github("")); got != "https://id.example/a/login/callback/corp" {
		t.Error(got)
	}
	if got := RedirectURI("https://id.example", directory()); got != "" {
		t.Error(got)
	}
}

func TestSecretKeys(t *testing.T) {
	secret := func(key oauthv1alpha1.SecretKey) *oauthv1alpha1.ProviderSecretReference {
		return &oauthv1alpha1.ProviderSecretReference{Name: "corp", Key: key}
	}
	for want, p := range map[string]*oauthv1alpha1.OAuthIdentityProvider{
		"client-secret": with(oidc("https://a.example"), func(s *spec) { s.OIDC.ClientSecretRef = secret("") }),
		"password":      with(directory(), func(s *spec) { s.LDAP.BindSecretRef = secret("") }),
		"own":           with(github(""), func(s *spec) { s.OAuth2.ClientSecretRef = secret("own") }),
	} {
		if got := SecretKey(p); got != want || SecretRef(p) == nil {
			t.Errorf("%q, not %q", got, want)
		}
	}
	if SecretRef(directory()) != nil {
		t.Error("there is a Secret that is not named")
	}
}

func TestOrder(t *testing.T) {
	var all []*oauthv1alpha1.OAuthIdentityProvider
	for _, name := range []string{"b", "d", "a", "c"} {
		one := directory()
		one.Name = name
		all = append(all, one)
	}
	Sort(all, []string{"c", "gone", "b"})
	var names []string
	for _, one := range all {
		names = append(names, one.Name)
	}
	if !slices.Equal(names, []string{"c", "b", "a", "d"}) {
		t.Error(names)
	}
}
