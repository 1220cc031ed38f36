package serverspec

import (
	"cmp"
	"net/url"
	"strings"

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

// NeedsCertificate reports whether a client must present a certificate, policies aside.
func NeedsCertificate(server *oauthv1alpha1.OAuthServer, c *oauthv1alpha1.OAuthClient) bool {
	return c.Spec.Authentication.Method.HasCertificate() ||
		cmp.Or(c.Spec.Tokens.AccessToken.Binding, server.Spec.Tokens.AccessToken.Binding) == oauthv1alpha1.AccessTokenBindingCertificate
}

// EndpointsFor returns the URLs that a client uses. One that needs a certificate reaches
// those of programs at a host of their own.
func EndpointsFor(server *oauthv1alpha1.OAuthServer, c *oauthv1alpha1.OAuthClient) oauthv1alpha1.ServerEndpoints {
	urls, clients := Endpoints(server.Spec.Issuer), server.Spec.ClientCertificates
	if clients == nil || !NeedsCertificate(server, c) {
		return urls
	}
	aliases := Endpoints(MTLSBase(clients.Host, server.Spec.Issuer))
	urls.Token, urls.Introspection, urls.Revocation, urls.Userinfo = aliases.Token, aliases.Introspection, aliases.Revocation, aliases.Userinfo
	urls.DeviceAuthorization, urls.PushedAuthorizationRequest = aliases.DeviceAuthorization, aliases.PushedAuthorizationRequest
	return urls
}

// MTLSBase returns what the endpoints for clients with certificates are below.
func MTLSBase(host, issuer string) string {
	base := "https://" + host
	if at, err := url.Parse(issuer); err == nil {
		base += at.Path
	}
	return base
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

// SameHost reports whether a host with an optional port is that of an https issuer, where
// browsers would be asked for certificates. The schema has the same rule.
func SameHost(host, issuer string) bool {
	normal := func(text string) string {
		return strings.Replace(strings.ToLower(text)+"/", ":443/", "/", 1)
	}
	return host != "" && strings.HasPrefix(normal(issuer), "https://"+normal(host))
}
