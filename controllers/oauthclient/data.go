package oauthclient

import (
	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/endpoints"
)

// What the Secret says of itself to programs that know the Service Binding
// specification for Kubernetes (servicebinding.io), beside the entries that their
// libraries look for.
const (
	bindingType     = "oauth2"
	bindingProvider = "grantor"
)

// data returns what the client's Secret holds. The keys of spec.secret.keys win over
// those of the template, which are refused where they meet, and of Service Binding.
func data(p *pass, value string) (map[string][]byte, error) {
	issuer := p.server.Spec.Issuer
	out := map[string][]byte{
		"type":       []byte(bindingType),
		"provider":   []byte(bindingProvider),
		"client-id":  []byte(p.client.ClientID()),
		"issuer-uri": []byte(issuer),
	}
	if value != "" {
		out["client-secret"] = []byte(value)
	}
	named := named(p, value)
	if err := addTemplate(p, value, out, func(key string) bool { _, taken := named[key]; return taken }); err != nil {
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
func named(p *pass, value string) map[string]string {
	keys, issuer := p.client.Spec.Secret.Keys, p.server.Spec.Issuer
	out := map[string]string{secretKey(p.client): value}
	set := func(key oauthv1alpha1.SecretKey, fallback, value string) {
		if key == "" {
			key = oauthv1alpha1.SecretKey(fallback)
		}
		out[string(key)] = value
	}
	set(keys.ClientID, "client_id", p.client.ClientID())
	set(keys.Issuer, "issuer", issuer)
	set(keys.AuthorizationEndpoint, "authorization_endpoint", issuer+endpoints.Authorization)
	set(keys.TokenEndpoint, "token_endpoint", issuer+endpoints.Token)
	set(keys.UserinfoEndpoint, "userinfo_endpoint", issuer+endpoints.Userinfo)
	set(keys.EndSessionEndpoint, "end_session_endpoint", issuer+endpoints.EndSession)
	set(keys.IntrospectionEndpoint, "introspection_endpoint", issuer+endpoints.Introspection)
	set(keys.RevocationEndpoint, "revocation_endpoint", issuer+endpoints.Revocation)
	set(keys.JWKSURI, "jwks_uri", issuer+endpoints.JWKS)
	return out
}

func secretKey(c *oauthv1alpha1.OAuthClient) string {
	if key := c.Spec.Secret.Keys.ClientSecret; key != "" {
		return string(key)
	}
	return "client_secret"
}
