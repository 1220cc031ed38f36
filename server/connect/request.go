package connect

import (
	"crypto/sha256"
	"encoding/base64"
	"maps"
	"slices"
	"strings"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/server/flow"
	"github.com/grantor-dev/grantor/server/ui"
)

// requestURI returns the authorization request (RFC 6749 section 4.1.1) to which a person is
// sent. It asks for no response_mode: the answer to a POST would come without the cookie.
func requestURI(token *oauthv1alpha1.OAuthToken, p *oauthv1alpha1.TokenProviderStatus, a *attempt) string {
	spec := &token.Spec
	fields := []ui.Field{
		{Name: "response_type", Value: "code"}, {Name: "client_id", Value: p.ClientID},
		{Name: "redirect_uri", Value: a.RedirectURI}, {Name: "state", Value: a.State},
	}
	if len(spec.Scopes) > 0 {
		fields = append(fields, ui.Field{Name: "scope", Value: strings.Join(spec.Scopes, " ")})
	}
	if a.Verifier != "" {
		sum := sha256.Sum256([]byte(a.Verifier))
		fields = append(fields, ui.Field{Name: "code_challenge", Value: base64.RawURLEncoding.EncodeToString(sum[:])},
			ui.Field{Name: "code_challenge_method", Value: "S256"})
	}
	if prompt := promptOf(spec); prompt != "" {
		fields = append(fields, ui.Field{Name: "prompt", Value: prompt})
	}
	return flow.WithQuery(p.AuthorizationEndpoint, append(fields, extras(spec)...))
}

// extras returns spec.parameters, in the order of their names.
func extras(spec *oauthv1alpha1.OAuthTokenSpec) []ui.Field {
	var fields []ui.Field
	for _, name := range slices.Sorted(maps.Keys(spec.Parameters)) {
		fields = append(fields, ui.Field{Name: name, Value: string(spec.Parameters[name])})
	}
	return fields
}

// promptOf returns the prompt of a request, empty for none.
func promptOf(spec *oauthv1alpha1.OAuthTokenSpec) string {
	switch {
	case spec.Prompt == oauthv1alpha1.TokenPromptOmit:
		return ""
	case spec.Prompt != "":
		return string(spec.Prompt)
	case spec.Provider != nil && spec.Provider.Preset == oauthv1alpha1.TokenProviderGitHub:
		return ""
	}
	return string(oauthv1alpha1.TokenPromptConsent)
}
