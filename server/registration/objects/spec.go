package objects

import (
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/registered"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/registration"
)

// clientOf returns the OAuthClient that metadata stand for, or an httpx.Error. Everything that
// has a default is written down, as the API server would do it.
func clientOf(m registration.Metadata, server oauthv1alpha1.ServerReference) (registered.Client, error) {
	if err := checked(&m); err != nil {
		return registered.Client{}, err
	}
	spec := oauthv1alpha1.OAuthClientSpec{
		ServerRef: &server, DisplayName: m.Name,
		ClientURI: oauthv1alpha1.WebURI(m.ClientURI), LogoURI: oauthv1alpha1.WebURI(m.LogoURI),
		PolicyURI: oauthv1alpha1.WebURI(m.PolicyURI), TOSURI: oauthv1alpha1.WebURI(m.TermsURI),
		GrantTypes: listOf[oauthv1alpha1.GrantType](m.GrantTypes), RedirectURIs: listOf[oauthv1alpha1.RedirectURI](m.RedirectURIs),
		PostLogoutRedirectURIs: listOf[oauthv1alpha1.RedirectURI](m.PostLogoutRedirectURIs), Scopes: listOf[oauthv1alpha1.Scope](m.Scopes),
		PushedAuthorization: oauthv1alpha1.PushedAuthorizationOptional, PKCE: oauthv1alpha1.PKCEAuto, Consent: oauthv1alpha1.ConsentRemember,
	}
	spec.Authentication.Method = oauthv1alpha1.AuthenticationMethod(m.Method)
	spec.Authentication.JWKSURI = oauthv1alpha1.JWKSURI(m.JWKSURI)
	if m.JWKS != nil {
		set := &oauthv1alpha1.JSONWebKeySet{}
		isPrivate := func(key oauthv1alpha1.JSONWebKey) bool { return key.D != "" }
		// What is stored can be read by many, so a private key is refused before.
		if json.Unmarshal(m.JWKS, set) != nil || len(set.Keys) == 0 || slices.ContainsFunc(set.Keys, isPrivate) {
			return registered.Client{}, invalid("jwks must be a JSON Web Key Set (RFC 7517 section 5) of public keys.")
		}
		spec.Authentication.JWKS = set
	}
	spec.Secret.Derived = &oauthv1alpha1.DerivedSecret{Generation: 1}
	if m.Pushed {
		spec.PushedAuthorization = oauthv1alpha1.PushedAuthorizationRequired
	}
	if m.System == oauthv1alpha1.CompatibilityCoder {
		// Its applications that have a secret may do without.
		spec.PKCE = oauthv1alpha1.PKCEOptional
	}
	if m.DPoPBound {
		spec.Tokens.AccessToken.Binding = oauthv1alpha1.AccessTokenBindingDPoP
	}
	return registered.Client{Spec: spec, Software: strings.TrimSpace(m.SoftwareID + " " + m.SoftwareVersion)}, nil
}

// checked returns an httpx.Error for what no OAuthClient can be.
func checked(m *registration.Metadata) error {
	redirects := slices.Contains(m.GrantTypes, string(oauthv1alpha1.GrantAuthorizationCode))
	hasKeys := m.JWKS != nil || m.JWKSURI != ""
	switch {
	case !within(m.GrantTypes, grantTypes):
		return invalid("grant_types has one that clients cannot register: %s.", strings.Join(grantTypes, ", "))
	case len(m.GrantTypes) == 0:
		return invalid("grant_types must not be empty.")
	case !slices.Contains(methods, m.Method):
		return invalid("token_endpoint_auth_method must be one of %s.", strings.Join(methods, ", "))
	case hasKeys != (m.Method == string(oauthv1alpha1.AuthenticationPrivateKeyJWT)):
		return invalid("jwks or jwks_uri is needed for token_endpoint_auth_method private_key_jwt, and for no other.")
	case !within(m.ResponseTypes, []string{"code"}):
		return invalid("response_types must be code.")
	case redirects && len(m.RedirectURIs) == 0:
		return httpx.BadRequest(httpx.CodeInvalidRedirectURI, "redirect_uris is needed because grant_types has authorization_code, as it has by default.")
	case !redirects && len(m.RedirectURIs) > 0:
		return httpx.BadRequest(httpx.CodeInvalidRedirectURI, "redirect_uris must be empty because grant_types lacks authorization_code.")
	}
	for _, uri := range slices.Concat(m.RedirectURIs, m.PostLogoutRedirectURIs) {
		if why := refusedRedirect(uri, m.Application); why != "" {
			return httpx.BadRequest(httpx.CodeInvalidRedirectURI, "%s", why)
		}
	}
	return nil
}

var (
	grantTypes = []string{
		string(oauthv1alpha1.GrantAuthorizationCode), string(oauthv1alpha1.GrantRefreshToken),
		string(oauthv1alpha1.GrantClientCredentials), string(oauthv1alpha1.GrantDeviceCode),
	}
	methods = []string{
		string(oauthv1alpha1.AuthenticationBasic), string(oauthv1alpha1.AuthenticationPost),
		string(oauthv1alpha1.AuthenticationPrivateKeyJWT), string(oauthv1alpha1.AuthenticationNone),
	}
)

// refusedRedirect returns what is wrong with a redirect URI, "" if nothing is. The schema of
// OAuthClients says the rest.
func refusedRedirect(uri, application string) string {
	u, err := url.Parse(uri)
	if err == nil && (len(uri) > maxURI || u.Scheme == "https" && u.Hostname() == "" || !validPort(u)) {
		return "A redirect URI must have a host, at most 2048 characters, and a port from 1 to 65535."
	}
	if err != nil || strings.Contains(uri, "#") || u.User != nil || strings.Contains(uri, "*") {
		return "A redirect URI must be a URI without user information, fragment and wildcard."
	}
	loopback := u.Scheme == "http" && slices.Contains([]string{"localhost", "127.0.0.1", "::1"}, u.Hostname())
	private := strings.Contains(u.Scheme, ".")
	switch {
	case application == "native" && !loopback && !private:
		return "With application_type native, a redirect URI must be http on localhost, 127.0.0.1 or [::1], or have a private scheme with a dot (RFC 8252 section 7)."
	case !loopback && !private && u.Scheme != "https":
		return "A redirect URI must be https, http on localhost, 127.0.0.1 or [::1], or have a private scheme with a dot (RFC 8252 section 7)."
	}
	return ""
}

// maxURI is how long a redirect URI may be.
const maxURI = 2048

// validPort reports whether the port of a URI of http or https is one.
func validPort(u *url.URL) bool {
	_, port, found := strings.Cut(strings.TrimPrefix(u.Host, "["+u.Hostname()+"]"), ":")
	if !found || strings.Contains(u.Scheme, ".") {
		return true
	}
	n, err := strconv.ParseUint(port, 10, 16)
	return err == nil && n > 0 && port[0] != '0'
}

func within(values, allowed []string) bool {
	return !slices.ContainsFunc(values, func(v string) bool { return !slices.Contains(allowed, v) })
}

func invalid(format string, args ...any) error {
	return httpx.BadRequest(httpx.CodeInvalidClientMetadata, format, args...)
}

func listOf[T ~string](values []string) []T {
	var out []T
	for _, value := range values {
		out = append(out, T(value))
	}
	return out
}

func textsOf[T ~string](values []T) []string {
	var out []string
	for _, value := range values {
		out = append(out, string(value))
	}
	return out
}

// metadataOf returns what an OAuthClient is registered as, which others may have changed.
func metadataOf(spec *oauthv1alpha1.OAuthClientSpec, software string) registration.Metadata {
	m := registration.Metadata{
		Name: spec.DisplayName, RedirectURIs: textsOf(spec.RedirectURIs), PostLogoutRedirectURIs: textsOf(spec.PostLogoutRedirectURIs),
		Method: string(spec.Authentication.Method), GrantTypes: textsOf(spec.GrantTypes), Scopes: textsOf(spec.Scopes),
		ClientURI: string(spec.ClientURI), LogoURI: string(spec.LogoURI), PolicyURI: string(spec.PolicyURI), TermsURI: string(spec.TOSURI),
		JWKSURI: string(spec.Authentication.JWKSURI), SoftwareID: software,
		DPoPBound: spec.Tokens.AccessToken.Binding == oauthv1alpha1.AccessTokenBindingDPoP,
		Pushed:    spec.PushedAuthorization == oauthv1alpha1.PushedAuthorizationRequired,
	}
	if slices.Contains(spec.GrantTypes, oauthv1alpha1.GrantAuthorizationCode) {
		m.ResponseTypes = []string{"code"}
	}
	if spec.Authentication.JWKS != nil {
		m.JWKS, _ = json.Marshal(spec.Authentication.JWKS)
	}
	return m
}
