package serverspec

import (
	"cmp"
	"slices"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// MaxRegistration is the longest life of a client that registered without a token.
const MaxRegistration = 2160 * time.Hour

// Registration says who may register clients.
type Registration struct {
	// WithToken says that there are namespaces in which clients are registered with a token.
	WithToken bool
	// Namespaces are where clients become OAuthClients.
	Namespaces []RegistrationNamespace
	// PerNamespace is how many of them a namespace may have.
	PerNamespace int
	// Anonymous are the clients that register without a token; nil for none.
	Anonymous *Anonymous
}

// Anonymous are the clients that register without a token.
type Anonymous struct {
	// RedirectHosts are patterns of the hosts to which users may be sent.
	RedirectHosts []string
	// Scopes and Audiences are what the clients may ask for.
	Scopes, Audiences []string
	// Lifetime is how long a registration lasts.
	Lifetime time.Duration
	// NotBefore is when the first registration that counts was made.
	NotBefore time.Time
}

func registrationOf(spec *oauthv1alpha1.OAuthServerSpec) Registration {
	from := spec.Registration
	if from == nil {
		return Registration{}
	}
	return Registration{
		WithToken: len(from.Namespaces) > 0, Anonymous: anonymousOf(spec, from.Anonymous), Namespaces: registrationNamespacesOf(from.Namespaces),
		PerNamespace: int(cmp.Or(from.Limits.PerNamespace, 50)),
	}
}

func anonymousOf(spec *oauthv1alpha1.OAuthServerSpec, from oauthv1alpha1.AnonymousRegistration) *Anonymous {
	if from.Mode != oauthv1alpha1.AnonymousRegistrationSealed {
		return nil
	}
	a := &Anonymous{Lifetime: min(duration(from.Lifetime, 720*time.Hour), MaxRegistration)}
	if from.NotBefore != nil {
		a.NotBefore = from.NotBefore.Time
	}
	for _, host := range from.RedirectHosts {
		a.RedirectHosts = append(a.RedirectHosts, string(host))
	}
	// An empty list, which no schema allows, names no host.
	if from.RedirectHosts == nil {
		a.RedirectHosts = []string{"localhost", "127.0.0.1", "[::1]"}
	}
	a.Scopes, a.Audiences = catalogued(spec, from.Scopes, from.Audiences)
	return a
}

// catalogued returns those of some scopes and audiences that are in the server's catalogue.
func catalogued(spec *oauthv1alpha1.OAuthServerSpec, scopes []oauthv1alpha1.Scope, audiences []oauthv1alpha1.Audience) (knownScopes, knownAudiences []string) {
	for _, scope := range scopes {
		if slices.ContainsFunc(spec.Scopes, func(s oauthv1alpha1.ScopeDefinition) bool { return s.Name == scope }) {
			knownScopes = append(knownScopes, string(scope))
		}
	}
	for _, audience := range audiences {
		if slices.ContainsFunc(spec.Audiences, func(a oauthv1alpha1.AudienceDefinition) bool { return a.Name == audience || a.Name == "*" }) {
			knownAudiences = append(knownAudiences, string(audience))
		}
	}
	return knownScopes, knownAudiences
}
