package request

import (
	"net/url"
	"strings"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// ForClient returns the form that requests a token for the client itself (RFC 6749 section
// 4.4.2).
func ForClient(spec *oauthv1alpha1.OAuthTokenSpec) url.Values {
	form := formOf(spec, "client_credentials")
	if len(spec.Scopes) > 0 {
		form.Set("scope", strings.Join(spec.Scopes, " "))
	}
	return form
}

// ForRefreshToken returns the form that spends a refresh token (RFC 6749 section 6).
func ForRefreshToken(spec *oauthv1alpha1.OAuthTokenSpec, token string) url.Values {
	form := formOf(spec, "refresh_token")
	form.Set("refresh_token", token)
	return form
}

// ForCode returns the form that redeems a code (RFC 6749 section 4.1.3); an empty verifier is
// none.
func ForCode(spec *oauthv1alpha1.OAuthTokenSpec, code, redirectURI, verifier string) url.Values {
	form := formOf(spec, "authorization_code")
	form.Set("code", code)
	form.Set("redirect_uri", redirectURI)
	if verifier != "" {
		form.Set("code_verifier", verifier)
	}
	return form
}

func formOf(spec *oauthv1alpha1.OAuthTokenSpec, grant string) url.Values {
	form := url.Values{"grant_type": {grant}}
	for name, value := range spec.TokenParameters {
		form.Set(name, string(value))
	}
	return form
}
