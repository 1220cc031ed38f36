package manifest

import (
	"cmp"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/serverspec"
)

// What the Secret says of itself to programs that know the Service Binding
// specification for Kubernetes (servicebinding.io), in addition to the entries that their
// libraries look for.
const (
	bindingType     = "oauth2"
	bindingProvider = "grantor"
)

// data returns what the client's Secret holds. The keys of spec.secret.keys win over
// those of the template, which are refused where they meet, and of Service Binding. Those
// that not every server offers leave their names to the template: it may have had them
// before the server offered anything.
func data(in Inputs, value string) (map[string][]byte, error) {
	issuer := in.Server.Spec.Issuer
	out := map[string][]byte{
		"type":       []byte(bindingType),
		"provider":   []byte(bindingProvider),
		"client-id":  []byte(in.Client.ClientID()),
		"issuer-uri": []byte(issuer),
	}
	if value != "" {
		out["client-secret"] = []byte(value)
	}
	for key, text := range offered(in) {
		out[key] = []byte(text)
	}
	named := named(in, value)
	if err := addTemplate(in, value, out, func(key string) bool { _, taken := named[key]; return taken }); err != nil {
		return nil, err
	}
	for key, text := range named {
		if delete(out, key); text != "" {
			out[key] = []byte(text)
		}
	}
	return out, nil
}

// named returns the entries whose keys spec.secret.keys names; the client secret is
// empty where the client has none.
func named(in Inputs, value string) map[string]string {
	keys, urls := in.Client.Spec.Secret.Keys, serverspec.EndpointsFor(in.Server, in.Client)
	out := map[string]string{secretKey(in.Client): value}
	set := func(key oauthv1alpha1.SecretKey, fallback, value string) { out[cmp.Or(string(key), fallback)] = value }
	set(keys.ClientID, "client_id", in.Client.ClientID())
	set(keys.Issuer, "issuer", in.Server.Spec.Issuer)
	set(keys.AuthorizationEndpoint, "authorization_endpoint", urls.Authorization)
	set(keys.TokenEndpoint, "token_endpoint", urls.Token)
	set(keys.UserinfoEndpoint, "userinfo_endpoint", urls.Userinfo)
	set(keys.EndSessionEndpoint, "end_session_endpoint", urls.EndSession)
	set(keys.IntrospectionEndpoint, "introspection_endpoint", urls.Introspection)
	set(keys.RevocationEndpoint, "revocation_endpoint", urls.Revocation)
	set(keys.JWKSURI, "jwks_uri", urls.JWKS)
	set(keys.PushedAuthorizationRequestEndpoint, "pushed_authorization_request_endpoint", urls.PushedAuthorizationRequest)
	set(keys.DeviceAuthorizationEndpoint, "device_authorization_endpoint", urls.DeviceAuthorization)
	return out
}

// offered returns the entries that pods need to reach the server by its Service, as far
// as it offers that.
func offered(in Inputs) map[string]string {
	keys, internal := in.Client.Spec.Secret.Keys, internalEndpoints(in)
	out := map[string]string{}
	set := func(key oauthv1alpha1.SecretKey, fallback, value string) {
		if value != "" {
			out[cmp.Or(string(key), fallback)] = value
		}
	}
	set(keys.InternalTokenEndpoint, "internal_token_endpoint", internal.Token)
	set(keys.InternalIntrospectionEndpoint, "internal_introspection_endpoint", internal.Introspection)
	set(keys.InternalJWKSURI, "internal_jwks_uri", internal.JWKS)
	set(keys.CACertificate, "ca.crt", in.Server.Status.CertificateAuthorities)
	return out
}

// internalEndpoints returns the URLs of the server's Service, empty where it has none. A
// client that needs a certificate presents it elsewhere.
func internalEndpoints(in Inputs) oauthv1alpha1.InternalEndpoints {
	internal := in.Server.Status.Internal
	switch {
	case internal == nil:
		return oauthv1alpha1.InternalEndpoints{}
	case serverspec.NeedsCertificate(in.Server, in.Client):
		return oauthv1alpha1.InternalEndpoints{JWKS: internal.JWKS}
	}
	return *internal
}

func secretKey(c *oauthv1alpha1.OAuthClient) string {
	return cmp.Or(string(c.Spec.Secret.Keys.ClientSecret), "client_secret")
}
