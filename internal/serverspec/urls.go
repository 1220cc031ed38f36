package serverspec

import (
	"net/url"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/endpoints"
)

// Endpoints returns the URLs below an issuer.
func Endpoints(issuer string) oauthv1alpha1.ServerEndpoints {
	return oauthv1alpha1.ServerEndpoints{
		Discovery:     issuer + endpoints.OpenIDConfiguration,
		Authorization: issuer + endpoints.Authorization,
		Token:         issuer + endpoints.Token,
		Introspection: issuer + endpoints.Introspection,
		Revocation:    issuer + endpoints.Revocation,
		Userinfo:      issuer + endpoints.Userinfo,
		EndSession:    issuer + endpoints.EndSession,
		JWKS:          issuer + endpoints.JWKS,

		DeviceAuthorization:        issuer + endpoints.DeviceAuthorization,
		PushedAuthorizationRequest: issuer + endpoints.PushedAuthorization,
	}
}

// InternalEndpoints returns the URLs at a host, below the path of the issuer.
func InternalEndpoints(base, issuer string) oauthv1alpha1.InternalEndpoints {
	if at, err := url.Parse(issuer); err == nil {
		base += at.Path
	}
	return oauthv1alpha1.InternalEndpoints{
		Token: base + endpoints.Token, Introspection: base + endpoints.Introspection, JWKS: base + endpoints.JWKS,
	}
}
