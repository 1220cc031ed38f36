package providerspec

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/tokenspec"
)

// rules are the rules that each provider must meet, whatever other providers there are.
var rules = []func(*oauthv1alpha1.OAuthIdentityProvider) *Refusal{refuseIssuer, refuseEndpoint, refuseParameters, refuseAuthentication, refuseFilters, refuseOpen, refuseAdmit}

// manyTenants are names in issuers of Microsoft Entra ID that stand for several tenants: the ID
// tokens of their users have other issuers.
var manyTenants = []string{"common", "organizations", "consumers"}

func refuseIssuer(p *oauthv1alpha1.OAuthIdentityProvider) *Refusal {
	if p.Spec.OIDC == nil {
		return nil
	}
	text := string(p.Spec.OIDC.Issuer)
	issuer, err := url.Parse(text)
	if err != nil || issuer.Host == "" || strings.ContainsAny(text, "?#") {
		return &Refusal{oauthv1alpha1.ReasonIssuerNotUsable,
			"spec.oidc.issuer has a query or a fragment, which no issuer has (OpenID Connect Discovery 1.0 section 3). Create the provider again with the issuer that its metadata names."}
	}
	first, _, _ := strings.Cut(strings.TrimPrefix(issuer.Path, "/"), "/")
	if isEntra(issuer.Hostname()) && (slices.Contains(manyTenants, strings.ToLower(first)) || strings.Contains(first, "{")) {
		return &Refusal{oauthv1alpha1.ReasonIssuerNotUsable, fmt.Sprintf(
			"spec.oidc.issuer with %q stands for many tenants of Microsoft Entra ID, each of which has an issuer of its own. Create a provider for each tenant, with its tenant ID in spec.oidc.issuer.", first)}
	}
	return nil
}

func refuseEndpoint(p *oauthv1alpha1.OAuthIdentityProvider) *Refusal {
	if refusal := refuseGitHubServer(p); refusal != nil {
		return refusal
	}
	if p.Spec.OAuth2 == nil || p.Spec.OAuth2.Custom == nil {
		return nil
	}
	if uri := string(p.Spec.OAuth2.Custom.AuthorizationEndpoint); !tokenspec.SendsPeople(uri, true) {
		return &Refusal{oauthv1alpha1.ReasonEndpointNotUsable,
			"spec.oauth2.custom.authorizationEndpoint has a fragment, or a query that is not plain name=value pairs or names what the authorization request has anyway. Use another one; spec.oauth2.parameters adds parameters."}
	}
	if uri := string(p.Spec.OAuth2.Custom.TokenEndpoint); strings.Contains(uri, "#") {
		return &Refusal{oauthv1alpha1.ReasonEndpointNotUsable,
			"spec.oauth2.custom.tokenEndpoint has a fragment, which is never sent (RFC 6749 section 3.2). Leave it out."}
	}
	return nil
}

// reserved are the parameters that an authorization request already has. The schema refuses
// these spellings; some servers treat other spellings as the same.
var reserved = []string{
	"client_id", "client_secret", "response_type", "response_mode", "redirect_uri", "state", "scope", "nonce", "code_challenge", "code_challenge_method", "request", "request_uri",
}

func refuseParameters(p *oauthv1alpha1.OAuthIdentityProvider) *Refusal {
	field, parameters := "spec.oidc.parameters", map[string]oauthv1alpha1.TokenParameter(nil)
	switch {
	case p.Spec.OIDC != nil:
		parameters = p.Spec.OIDC.Parameters
	case p.Spec.OAuth2 != nil:
		field, parameters = "spec.oauth2.parameters", p.Spec.OAuth2.Parameters
	}
	for name := range parameters {
		if name == "" || slices.Contains(reserved, strings.ToLower(name)) {
			return &Refusal{oauthv1alpha1.ReasonParameterNotAllowed, fmt.Sprintf(
				"%s has %q, which the authorization request has anyway. Remove it.", field, name)}
		}
	}
	return nil
}

func refuseAuthentication(p *oauthv1alpha1.OAuthIdentityProvider) *Refusal {
	field, method := "spec.oidc", oauthv1alpha1.TokenClientAuthentication("")
	switch {
	case p.Spec.OIDC != nil:
		method = p.Spec.OIDC.ClientAuthentication
	case p.Spec.OAuth2 != nil:
		field, method = "spec.oauth2", p.Spec.OAuth2.ClientAuthentication
	}
	secret := SecretRef(p) != nil
	switch {
	case method == "" || (method == oauthv1alpha1.TokenClientNone) != secret:
		return nil
	case secret:
		return &Refusal{oauthv1alpha1.ReasonClientAuthenticationNotUsable, fmt.Sprintf(
			"%s.clientAuthentication is none, and %s.clientSecretRef names a client secret. Remove one of them.", field, field)}
	default:
		return &Refusal{oauthv1alpha1.ReasonClientAuthenticationNotUsable, fmt.Sprintf(
			"%s.clientAuthentication is %s, which needs a client secret. Set %s.clientSecretRef.", field, method, field)}
	}
}
