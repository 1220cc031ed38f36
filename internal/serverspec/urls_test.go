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
