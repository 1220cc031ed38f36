package serverspec

import (
	"fmt"
	"slices"
	"strings"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// Speaks reports whether the server has the paths of another system as well.
func (s *Settings) Speaks(profile oauthv1alpha1.CompatibilityProfile) bool {
	return slices.Contains(s.Compatibility, profile)
}

// needs is what applications of a system need of the server.
type needs struct {
	scopes []oauthv1alpha1.Scope
	// anonymous says that they register without a token.
	anonymous bool
	// root says that they know nothing but the name of the host.
	root bool
}

// neededBy is what each system needs.
var neededBy = map[oauthv1alpha1.CompatibilityProfile]needs{
	oauthv1alpha1.CompatibilityCloudron: {scopes: []oauthv1alpha1.Scope{"profile"}},
	oauthv1alpha1.CompatibilityOwnCloud: {scopes: []oauthv1alpha1.Scope{"profile"}},
	oauthv1alpha1.CompatibilityGancio:   {scopes: []oauthv1alpha1.Scope{"event:write"}, anonymous: true, root: true},
	oauthv1alpha1.CompatibilityCoder:    {scopes: []oauthv1alpha1.Scope{"profile", "email"}},
}

// Lack is something that a system needs and the server lacks.
type Lack struct {
	// Reason is one of CompatibilityReady, Message a sentence that says what to change.
	Reason, Message string
}

// Lacks returns what the systems of spec.compatibility need and the server lacks, in the order
// of the list.
func (s *Settings) Lacks() []Lack {
	var out []Lack
	for _, profile := range s.Compatibility {
		needs := neededBy[profile]
		for _, scope := range needs.scopes {
			if !slices.ContainsFunc(s.Scopes, func(known oauthv1alpha1.ScopeDefinition) bool { return known.Name == scope }) {
				out = append(out, Lack{oauthv1alpha1.ReasonScopeMissing, fmt.Sprintf("%s needs the scope %s: add it to spec.scopes.", profile, scope)})
			}
		}
		if needs.anonymous {
			out = append(out, s.lacksToRegister(profile, needs.scopes)...)
		}
		if needs.anonymous && s.Registration.Anonymous == nil {
			out = append(out, Lack{oauthv1alpha1.ReasonRegistrationNotAllowed, fmt.Sprintf(
				"Applications of %s register without a token: set spec.registration.anonymous.mode to Sealed.", profile)})
		}
		if _, rest, _ := strings.Cut(s.Issuer, "://"); needs.root && strings.Contains(rest, "/") {
			out = append(out, Lack{oauthv1alpha1.ReasonIssuerHasPath, fmt.Sprintf(
				"Applications of %s look for it at the root of a host: use a server whose spec.issuer has no path.", profile)})
		}
	}
	return out
}

// lacksToRegister returns the scopes that applications of a system register for, and may not ask
// for.
func (s *Settings) lacksToRegister(profile oauthv1alpha1.CompatibilityProfile, scopes []oauthv1alpha1.Scope) []Lack {
	var out []Lack
	anonymous := s.Registration.Anonymous
	for _, scope := range scopes {
		if anonymous != nil && !slices.Contains(anonymous.Scopes, string(scope)) {
			out = append(out, Lack{oauthv1alpha1.ReasonScopeMissing, fmt.Sprintf(
				"Applications of %s register for the scope %s: add it to spec.registration.anonymous.scopes.", profile, scope)})
		}
	}
	return out
}
