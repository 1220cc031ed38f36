package clientspec

import (
	"time"

	"k8s.io/apimachinery/pkg/types"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/serverspec"
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
type Tokens = serverspec.Tokens

// People is how a client meets people.
type People struct {
	DisplayName                           string
	ClientURI, LogoURI, PolicyURI, TOSURI string
	RedirectURIs, PostLogoutURIs, Origins []string
	// PKCE is never Auto for a client without credentials.
	PKCE          oauthv1alpha1.PKCE
	Consent       oauthv1alpha1.ConsentMode
	Groups, Users []string
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
		Method:         first(c.Spec.Authentication.Method, oauthv1alpha1.AuthenticationBasic),
		Authentication: authentication(c, l),
		GrantTypes:     stringsOf(c.Spec.GrantTypes),
		Scopes:         stringsOf(c.Spec.Scopes),
		Audiences:      append(stringsOf(c.Spec.Audiences), server.Spec.Issuer),
		Tokens:         tokens(serverspec.Of(server).Tokens.With(c.Spec.Tokens), l),
		People:         people(c, l),
	}
	if c.Spec.SessionsNotBefore != nil {
		e.NotBefore = c.Spec.SessionsNotBefore.Time
	}
	return e
}

func tokens(t Tokens, l limits) Tokens {
	t.AccessLifetime, t.IDLifetime = l.access.under(t.AccessLifetime), l.id.under(t.IDLifetime)
	t.RefreshLifetime, t.RefreshIdle = l.refresh.under(t.RefreshLifetime), l.refresh.under(t.RefreshIdle)
	return t
}

func people(c *oauthv1alpha1.OAuthClient, l limits) People {
	return People{
		DisplayName:    first(c.Spec.DisplayName, c.ClientID()),
		ClientURI:      string(c.Spec.ClientURI),
		LogoURI:        string(c.Spec.LogoURI),
		PolicyURI:      string(c.Spec.PolicyURI),
		TOSURI:         string(c.Spec.TOSURI),
		RedirectURIs:   stringsOf(c.Spec.RedirectURIs),
		PostLogoutURIs: stringsOf(c.Spec.PostLogoutRedirectURIs),
		Origins:        stringsOf(c.Spec.AllowedOrigins),
		PKCE:           pkce(c, l),
		Consent:        first(c.Spec.Consent, oauthv1alpha1.ConsentRemember),
		Groups:         c.Spec.Access.Groups,
		Users:          c.Spec.Access.Users,
		BackchannelURI: string(c.Spec.Logout.BackchannelURI),
		Pairwise:       c.Spec.SubjectType == oauthv1alpha1.SubjectPairwise,
		Claims:         c.Spec.Claims,
	}
}

// pkce is what a client without credentials cannot do without, nor any other where a
// policy says so.
func pkce(c *oauthv1alpha1.OAuthClient, l limits) oauthv1alpha1.PKCE {
	if len(l.pkce) > 0 || c.Spec.Authentication.Method == oauthv1alpha1.AuthenticationNone {
		return oauthv1alpha1.PKCERequired
	}
	return first(c.Spec.PKCE, oauthv1alpha1.PKCEAuto)
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

func stringsOf[T ~string](values []T) []string {
	out := make([]string, len(values))
	for i, value := range values {
		out[i] = string(value)
	}
	return out
}
