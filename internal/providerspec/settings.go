package providerspec

import (
	"cmp"
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// Types of providers, as the status has them.
const (
	TypeOIDC   = "oidc"
	TypeOAuth2 = "oauth2"
	TypeLDAP   = "ldap"
)

// Settings are the settings of a provider. If the object was stored before a field existed, they
// have the default of the schema.
type Settings struct {
	// Type is one of the Types.
	Type string
	// DisplayName is what its button says.
	DisplayName string
	// Interval is how often the server asks again, Tolerate for how long after that it tolerates
	// failures.
	Interval, Tolerate time.Duration
	// Plain says that usernames are those of the provider.
	Plain bool
	// ClientAuthentication is how the client authenticates there.
	ClientAuthentication oauthv1alpha1.TokenClientAuthentication
}

// Of returns the settings of a provider.
func Of(p *oauthv1alpha1.OAuthIdentityProvider) Settings {
	return Settings{
		Type:                 typeOf(p),
		DisplayName:          cmp.Or(p.Spec.DisplayName, p.Name),
		Interval:             duration(p.Spec.Recheck.Interval, time.Hour),
		Tolerate:             duration(p.Spec.Recheck.Tolerate, 24*time.Hour),
		Plain:                p.Spec.Usernames == oauthv1alpha1.UsernamesPlain,
		ClientAuthentication: clientAuthentication(p),
	}
}

// Redirects reports whether users sign in on pages of the provider.
func (s *Settings) Redirects() bool { return s.Type != TypeLDAP }

// RedirectURI returns what is registered at a provider, empty for a directory.
func RedirectURI(issuer string, p *oauthv1alpha1.OAuthIdentityProvider) string {
	if p.Spec.LDAP != nil {
		return ""
	}
	return issuer + CallbackPath + p.Name
}

// CallbackPath begins, below the issuer, the redirect URI of each provider.
const CallbackPath = "/login/callback/"

// SecretRef returns what names the client secret or the bind password; nil if there is none.
func SecretRef(p *oauthv1alpha1.OAuthIdentityProvider) *oauthv1alpha1.ProviderSecretReference {
	switch {
	case p.Spec.OIDC != nil:
		return p.Spec.OIDC.ClientSecretRef
	case p.Spec.OAuth2 != nil:
		return p.Spec.OAuth2.ClientSecretRef
	case p.Spec.LDAP != nil:
		return p.Spec.LDAP.BindSecretRef
	}
	return nil
}

// SecretKey returns the key of the client secret or the bind password in its Secret.
func SecretKey(p *oauthv1alpha1.OAuthIdentityProvider) string {
	fallback := oauthv1alpha1.SecretKey("client-secret")
	if p.Spec.LDAP != nil {
		fallback = "password"
	}
	if ref := SecretRef(p); ref != nil {
		return string(cmp.Or(ref.Key, fallback))
	}
	return string(fallback)
}

// Sort brings providers into the order of their buttons: first those that a server lists, then
// the others by name.
func Sort(all []*oauthv1alpha1.OAuthIdentityProvider, listed []string) {
	place := func(p *oauthv1alpha1.OAuthIdentityProvider) int {
		if n := slices.Index(listed, p.Name); n >= 0 {
			return n
		}
		return len(listed)
	}
	slices.SortFunc(all, func(a, b *oauthv1alpha1.OAuthIdentityProvider) int {
		return cmp.Or(cmp.Compare(place(a), place(b)), cmp.Compare(a.Name, b.Name))
	})
}

func typeOf(p *oauthv1alpha1.OAuthIdentityProvider) string {
	switch {
	case p.Spec.OIDC != nil:
		return TypeOIDC
	case p.Spec.OAuth2 != nil:
		return TypeOAuth2
	default:
		return TypeLDAP
	}
}

func clientAuthentication(p *oauthv1alpha1.OAuthIdentityProvider) oauthv1alpha1.TokenClientAuthentication {
	fallback := oauthv1alpha1.TokenClientNone
	if SecretRef(p) != nil {
		fallback = oauthv1alpha1.TokenClientSecretBasic
	}
	switch {
	case p.Spec.OIDC != nil:
		return cmp.Or(p.Spec.OIDC.ClientAuthentication, fallback)
	case p.Spec.OAuth2 != nil:
		return cmp.Or(p.Spec.OAuth2.ClientAuthentication, fallback)
	default:
		return ""
	}
}

func duration(setting *metav1.Duration, fallback time.Duration) time.Duration {
	if setting == nil {
		return fallback
	}
	return setting.Duration
}
