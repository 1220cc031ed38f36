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

// AccountScope lets a client end what a user allowed any client, at the paths of Coder and only
// if it is restricted: in any other catalogue it can be a scope of somebody's API.
const AccountScope oauthv1alpha1.Scope = "account"

// EndsConsents reports whether AccountScope counts.
func (s *Settings) EndsConsents() bool {
	known := s.scope(AccountScope)
	return known != nil && known.Restricted
}

// scope returns a scope of the catalogue, nil if it is not there.
func (s *Settings) scope(name oauthv1alpha1.Scope) *oauthv1alpha1.ScopeDefinition {
	for i := range s.Scopes {
		if s.Scopes[i].Name == name {
			return &s.Scopes[i]
		}
	}
	return nil
}

// needs is what applications of a system need of the server.
type needs struct {
	scopes []oauthv1alpha1.Scope
	// restricted are scopes that do not count unless they are restricted, if they are there.
	restricted []oauthv1alpha1.Scope
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
	oauthv1alpha1.CompatibilityCoder:    {scopes: []oauthv1alpha1.Scope{"profile", "email"}, restricted: []oauthv1alpha1.Scope{AccountScope}},
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
		out = append(out, s.lacksScopes(profile, needs)...)
		if needs.anonymous {
			out = append(out, s.lacksToRegister(profile, needs.scopes)...)
		}
		if _, rest, _ := strings.Cut(s.Issuer, "://"); needs.root && strings.Contains(rest, "/") {
			out = append(out, Lack{oauthv1alpha1.ReasonIssuerHasPath, fmt.Sprintf(
				"Applications of %s look for it at the root of a host: use a server whose spec.issuer has no path.", profile)})
		}
	}
	return out
}

// lacksScopes returns what is wrong with the catalogue.
func (s *Settings) lacksScopes(profile oauthv1alpha1.CompatibilityProfile, needs needs) []Lack {
	var out []Lack
	for _, scope := range needs.scopes {
		if s.scope(scope) == nil {
			out = append(out, Lack{oauthv1alpha1.ReasonScopeMissing, fmt.Sprintf("%s needs the scope %s: add it to spec.scopes.", profile, scope)})
		}
	}
	for _, scope := range needs.restricted {
		if known := s.scope(scope); known != nil && !known.Restricted {
			out = append(out, Lack{oauthv1alpha1.ReasonScopeNotRestricted, fmt.Sprintf(
				"The scope %s has no effect at the paths of %s: set restricted of it in spec.scopes if clients shall end there what users allowed other clients.", scope, profile)})
		}
	}
	return out
}

// lacksToRegister returns why applications of a system cannot register without a token for what
// they need.
func (s *Settings) lacksToRegister(profile oauthv1alpha1.CompatibilityProfile, scopes []oauthv1alpha1.Scope) []Lack {
	anonymous := s.Registration.Anonymous
	if anonymous == nil {
		return []Lack{{oauthv1alpha1.ReasonRegistrationNotAllowed, fmt.Sprintf(
			"Applications of %s register without a token: set spec.registration.anonymous.mode to Sealed.", profile)}}
	}
	var out []Lack
	for _, scope := range scopes {
		if !slices.Contains(anonymous.Scopes, string(scope)) {
			out = append(out, Lack{oauthv1alpha1.ReasonScopeMissing, fmt.Sprintf(
				"Applications of %s register for the scope %s: add it to spec.registration.anonymous.scopes.", profile, scope)})
		}
	}
	return out
}
