package serverspec

import (
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

func TestInternalEndpointsKeepThePathOfTheIssuer(t *testing.T) {
	for issuer, want := range map[string]oauthv1alpha1.InternalEndpoints{
		"https://auth.example.com":      {Token: "http://h/token", Introspection: "http://h/introspect", JWKS: "http://h/jwks"},
		"https://auth.example.com/a/b":  {Token: "http://h/a/b/token", Introspection: "http://h/a/b/introspect", JWKS: "http://h/a/b/jwks"},
		"https://auth.example.com:8443": {Token: "http://h/token", Introspection: "http://h/introspect", JWKS: "http://h/jwks"},
	} {
		if got := InternalEndpoints("http://h", issuer); got != want {
			t.Errorf("%s: %+v", issuer, got)
		}
	}
}

// A client with a certificate finds the endpoints of programs where it can present it.
func TestEndpointsFor(t *testing.T) {
	server, c := &oauthv1alpha1.OAuthServer{}, &oauthv1alpha1.OAuthClient{}
	server.Spec.Issuer = "https://auth.example.com/a"
	server.Spec.ClientCertificates = &oauthv1alpha1.ServerClientCertificates{Host: "mtls.example.com:8444"}
	if got := EndpointsFor(server, c); got != Endpoints(server.Spec.Issuer) {
		t.Errorf("without a certificate: %+v", got)
	}
	c.Spec.Authentication.Method = oauthv1alpha1.AuthenticationTLS
	at, mtls := "https://auth.example.com/a", "https://mtls.example.com:8444/a"
	want := oauthv1alpha1.ServerEndpoints{
		Discovery: at + "/.well-known/openid-configuration", Authorization: at + "/authorize", EndSession: at + "/logout", JWKS: at + "/jwks",
		Token: mtls + "/token", Introspection: mtls + "/introspect", Revocation: mtls + "/revoke", Userinfo: mtls + "/userinfo",
		DeviceAuthorization: mtls + "/device_authorization", PushedAuthorizationRequest: mtls + "/par",
	}
	if got := EndpointsFor(server, c); got != want {
		t.Errorf("with a certificate: %+v", got)
	}
	c.Spec.Authentication.Method, c.Spec.Tokens.AccessToken.Binding = "", oauthv1alpha1.AccessTokenBindingCertificate
	if got := EndpointsFor(server, c); got != want {
		t.Errorf("with tokens that are bound to one: %+v", got)
	}
	server.Spec.ClientCertificates = nil
	if got := EndpointsFor(server, c); got != Endpoints(server.Spec.Issuer) {
		t.Errorf("where there is no such place: %+v", got)
	}
}

func TestSameHost(t *testing.T) {
	for _, test := range []struct {
		host, issuer string
		want         bool
	}{
		{"auth.example.com", "https://auth.example.com", true},
		{"auth.example.com", "https://auth.example.com/a", true},
		{"auth.example.com:443", "https://auth.example.com", true},
		{"Auth.example.com", "https://auth.example.com", true},
		{"auth.example.com", "https://AUTH.example.com:443/a", true},
		{"auth.example.com:8443", "https://auth.example.com:8443", true},
		{"[2001:DB8::443]:443", "https://[2001:db8::443]", true},
		{"[2001:db8::7]", "https://[2001:db8::443]", false},
		{"auth.example.com:8444", "https://auth.example.com", false},
		{"auth.example.com:4430", "https://auth.example.com", false},
		{"auth.example.co", "https://auth.example.com", false},
		{"mtls.example.com", "https://auth.example.com", false},
		{"localhost", "http://localhost", false},
		{"", "https://auth.example.com", false},
		{"auth.example.com", "", false},
	} {
		if got := SameHost(test.host, test.issuer); got != test.want {
			t.Errorf("%q and %q: %t", test.host, test.issuer, got)
		}
	}
}
