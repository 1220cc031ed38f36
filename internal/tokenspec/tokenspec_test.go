package tokenspec

import (
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

func TestMayAuthorize(t *testing.T) {
	for name, test := range map[string]struct {
		by  *oauthv1alpha1.TokenAuthorizers
		may bool
	}{
		"nobody":             {nil, false},
		"no name":            {&oauthv1alpha1.TokenAuthorizers{}, false},
		"the person":         {&oauthv1alpha1.TokenAuthorizers{Users: []string{"bob", "ada"}}, true},
		"the group":          {&oauthv1alpha1.TokenAuthorizers{Groups: []string{"crm-admins"}}, true},
		"others":             {&oauthv1alpha1.TokenAuthorizers{Users: []string{"Ada"}, Groups: []string{"crm"}}, false},
		"a group as a user":  {&oauthv1alpha1.TokenAuthorizers{Users: []string{"crm-admins"}}, false},
		"a user as a group":  {&oauthv1alpha1.TokenAuthorizers{Groups: []string{"ada"}}, false},
		"an empty user name": {&oauthv1alpha1.TokenAuthorizers{Users: []string{""}}, false},
	} {
		token := &oauthv1alpha1.OAuthToken{}
		token.Spec.AuthorizedBy = test.by
		if MayAuthorize(token, "ada", []string{"crm-admins"}) != test.may {
			t.Errorf("%s: %t", name, !test.may)
		}
	}
}

func TestSendsPeople(t *testing.T) {
	for uri, wanted := range map[string]bool{
		"https://id.example/authorize":                      true,
		"https://id.example/authorize?p=b2c_1&tenant=a%20b": true,
		"https://id.example/authorize?q=a?b=c":              true,
		"https://[2001:db8::1]:8443/a":                      true,
		"http://id.example/":                                false,
		"javascript:alert(1)":                               false,
		"https://id.example@evil.example/":                  false,
		"https://id.example/#a":                             false,
		"https:///a":                                        false,
		"":                                                  false,
		"https://id.example/authorize?scope=admin":          false,
		"https://id.example/authorize?a=b&Client_ID=c":      false,
		"https://id.example/authorize?a=b&clien%74_id=c":    false,
		"https://id.example/authorize?a=b;client_id=c":      false,
		"https://id.example/authorize?a=b&&c=d":             false,
		"https://id.example/authorize?a=b?redirect_uri=c":   false,
		"https://id.example/authorize?scope[]=c":            false,
		"https://id.example/authorize?scope":                false,
	} {
		if SendsPeople(uri, false) != wanted {
			t.Errorf("%s: %t", uri, !wanted)
		}
	}
	for _, uri := range []string{"http://127.0.0.1:8080/a", "http://localhost/a", "http://[::1]/a"} {
		if SendsPeople(uri, false) || !SendsPeople(uri, true) {
			t.Errorf("%s is not for tests alone", uri)
		}
	}
}

func TestProviderDigest(t *testing.T) {
	p := oauthv1alpha1.TokenProviderStatus{Host: "id.example", Issuer: "https://id.example", ClientID: "a", AuthorizationEndpoint: "https://id.example/a"}
	if ProviderDigest(nil) != "" || ProviderDigest(&p) != ProviderDigest(p.DeepCopy()) {
		t.Error("the same provider has another digest")
	}
	for name, change := range map[string]func(*oauthv1alpha1.TokenProviderStatus){
		"the host":     func(p *oauthv1alpha1.TokenProviderStatus) { p.Host = "evil.example" },
		"the issuer":   func(p *oauthv1alpha1.TokenProviderStatus) { p.Issuer = "" },
		"the client":   func(p *oauthv1alpha1.TokenProviderStatus) { p.ClientID = "b" },
		"the endpoint": func(p *oauthv1alpha1.TokenProviderStatus) { p.AuthorizationEndpoint += "b" },
		"iss":          func(p *oauthv1alpha1.TokenProviderStatus) { p.IssParameter = true },
	} {
		other := p.DeepCopy()
		if change(other); ProviderDigest(other) == ProviderDigest(&p) {
			t.Errorf("%s does not count", name)
		}
	}
}
