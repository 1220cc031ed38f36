package clientspec

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// Client is what an accepted client may do, with the server's defaults filled in.
type Client struct {
	ID        string
	UID       types.UID
	Namespace string
	Name      string
	Method    oauthv1alpha1.AuthenticationMethod
	// Authentication is what there is beside Method.
	Authentication Authentication
	GrantTypes     []string
	Scopes         []string
	Audiences      []string
	Tokens         Tokens
	People         People
	// NotBefore is the time before which nothing that was issued counts.
	NotBefore time.Time
}

// Tokens are the forms and lifetimes of a client's tokens.
type Tokens struct {
	AccessFormat   oauthv1alpha1.AccessTokenFormat
	AccessLifetime time.Duration
	// RefreshLifetime bounds an authorization, RefreshIdle the pause between two
	// refreshes; for RefreshGrace the previous token gives its successor again.
	RefreshLifetime, RefreshIdle, RefreshGrace time.Duration
	IDLifetime                                 time.Duration
	IDAlgorithm                                oauthv1alpha1.IDTokenAlgorithm
	// IDClaims is what ID tokens tell of a person.
	IDClaims     oauthv1alpha1.IDTokenClaims
	CodeLifetime time.Duration
}

// People is how a client meets people.
type People struct {
	DisplayName                           string
	ClientURI, LogoURI, PolicyURI, TOSURI string
	RedirectURIs, PostLogoutURIs, Origins []string
	PKCEOptional                          bool
	Consent                               oauthv1alpha1.ConsentMode
	Groups, Users                         []string
	// BackchannelURI is where the client is told that somebody signed out.
	BackchannelURI string
	// Pairwise says that no other client knows people by the same subject.
	Pairwise bool
	Claims   []oauthv1alpha1.ClaimMapping
}

// effective fills the server's defaults in, as far as policies allow them, and those
// of the schema for objects that are older than a field.
func effective(c *oauthv1alpha1.OAuthClient, server *oauthv1alpha1.OAuthServer, l limits) Client {
	e := Client{
		ID:             c.ClientID(),
		UID:            c.UID,
		Namespace:      c.Namespace,
		Name:           c.Name,
		Method:         c.Spec.Authentication.Method,
		Authentication: authentication(c),
		GrantTypes:     stringsOf(c.Spec.GrantTypes),
		Scopes:         stringsOf(c.Spec.Scopes),
		Audiences:      append(stringsOf(c.Spec.Audiences), server.Spec.Issuer),
		Tokens:         tokens(c.Spec.Tokens, server.Spec.Tokens, l),
		People:         people(c),
	}
	if c.Spec.SessionsNotBefore != nil {
		e.NotBefore = c.Spec.SessionsNotBefore.Time
	}
	return e
}

func tokens(client oauthv1alpha1.ClientTokens, server oauthv1alpha1.ServerTokens, l limits) Tokens {
	t := Tokens{
		AccessFormat:    first(client.AccessToken.Format, server.AccessToken.Format, oauthv1alpha1.AccessTokenJWT),
		AccessLifetime:  lifetime(15*time.Minute, client.AccessToken.Lifetime, server.AccessToken.Lifetime),
		RefreshLifetime: lifetime(720*time.Hour, client.RefreshToken.Lifetime, server.RefreshToken.Lifetime),
		RefreshIdle:     lifetime(168*time.Hour, client.RefreshToken.IdleLifetime, server.RefreshToken.IdleLifetime),
		RefreshGrace:    lifetime(10*time.Second, server.RefreshToken.GracePeriod),
		IDLifetime:      lifetime(5*time.Minute, client.IDToken.Lifetime, server.IDToken.Lifetime),
		IDAlgorithm:     first(client.IDToken.Algorithm, server.IDToken.Algorithm, oauthv1alpha1.IDTokenRS256),
		IDClaims:        first(client.IDToken.Claims, server.IDToken.Claims, oauthv1alpha1.IDTokenGranted),
		CodeLifetime:    lifetime(time.Minute, client.AuthorizationCode.Lifetime, server.AuthorizationCode.Lifetime),
	}
	t.AccessLifetime, t.IDLifetime = l.access.under(t.AccessLifetime), l.id.under(t.IDLifetime)
	t.RefreshLifetime, t.RefreshIdle = l.refresh.under(t.RefreshLifetime), l.refresh.under(t.RefreshIdle)
	return t
}

func people(c *oauthv1alpha1.OAuthClient) People {
	return People{
		DisplayName:    first(c.Spec.DisplayName, c.ClientID()),
		ClientURI:      string(c.Spec.ClientURI),
		LogoURI:        string(c.Spec.LogoURI),
		PolicyURI:      string(c.Spec.PolicyURI),
		TOSURI:         string(c.Spec.TOSURI),
		RedirectURIs:   stringsOf(c.Spec.RedirectURIs),
		PostLogoutURIs: stringsOf(c.Spec.PostLogoutRedirectURIs),
		Origins:        stringsOf(c.Spec.AllowedOrigins),
		PKCEOptional:   c.Spec.PKCE == oauthv1alpha1.PKCEOptional && c.Spec.Authentication.Method != oauthv1alpha1.AuthenticationNone,
		Consent:        first(c.Spec.Consent, oauthv1alpha1.ConsentRemember),
		Groups:         c.Spec.Access.Groups,
		Users:          c.Spec.Access.Users,
		BackchannelURI: string(c.Spec.Logout.BackchannelURI),
		Pairwise:       c.Spec.SubjectType == oauthv1alpha1.SubjectPairwise,
		Claims:         c.Spec.Claims,
	}
}

// first returns the first value that is set.
func first[T ~string](values ...T) T {
	for _, value := range values {
		if value != "" {
			return value
		}
	}
	return ""
}

// lifetime returns the first duration that is set.
func lifetime(fallback time.Duration, settings ...*metav1.Duration) time.Duration {
	for _, setting := range settings {
		if setting != nil {
			return setting.Duration
		}
	}
	return fallback
}

func stringsOf[T ~string](values []T) []string {
	out := make([]string, len(values))
	for i, value := range values {
		out[i] = string(value)
	}
	return out
}
