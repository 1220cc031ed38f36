package clientspec

import (
	"cmp"
	"time"

	"k8s.io/apimachinery/pkg/types"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/clientpolicy"
	"github.com/grantor-dev/grantor/internal/clientspec/workloads"
	"github.com/grantor-dev/grantor/internal/serverspec"
)

// Client is what an accepted client may do, with the server's defaults filled in.
type Client struct {
	ID        string
	UID       types.UID
	Namespace string
	Name      string
	Method    oauthv1alpha1.AuthenticationMethod
	// Authentication is what there is apart from Method.
	Authentication Authentication
	// RequestObject is how the client signs its authorization requests.
	RequestObject Signing
	GrantTypes    []string
	Scopes        []string
	Audiences     []string
	Tokens        Tokens
	Interactive   Interactive
	// DerivedSecret is the generation of a client secret that is stored nowhere; 0 if the
	// client has none of these.
	DerivedSecret int64
	// NotBefore is the time before which nothing that was issued is valid.
	NotBefore time.Time
	// Targets is what decides about resources for which the client asks.
	Targets Targets
	// Exchange is which tokens the client may exchange.
	Exchange workloads.Exchange
}

// Targets is what decides about resources, besides their owners.
type Targets struct {
	NamespaceLabels  map[string]string
	NamespaceUnknown bool
	// Audiences and Scopes are what policies allow.
	Audiences, Scopes clientpolicy.AllowList
}

// Tokens are the forms and lifetimes of a client's tokens.
type Tokens = serverspec.Tokens

// Interactive is what grants with a user need: redirect URIs, PKCE, consent, and what
// pages show of the client.
type Interactive struct {
	DisplayName                           string
	ClientURI, LogoURI, PolicyURI, TOSURI string
	// Shown says that the start page lists the client.
	Shown                                 bool
	RedirectURIs, PostLogoutURIs, Origins []string
	// PKCE is never Auto for a client without credentials.
	PKCE oauthv1alpha1.PKCE
	// PushedAuthorization says that authorization requests must be pushed.
	PushedAuthorization bool
	// SignedRequests says that authorization requests must be signed.
	SignedRequests bool
	Consent        oauthv1alpha1.ConsentMode
	Groups, Users  []string
	// Providers are where users may come from, local for OAuthUsers; none for anywhere.
	Providers []string
	// SecondFactor says that users must have given a second factor.
	SecondFactor bool
	// BackchannelURI is where logout tokens are sent. BackchannelOwn says that it is a
	// Service of the client's namespace, whose address may be private.
	BackchannelURI string
	BackchannelOwn bool
	// Pairwise says that no other client gets the same subjects.
	Pairwise bool
	Claims   []oauthv1alpha1.ClaimMapping
	Device   Device
}

// Device is how users let devices of a client in.
type Device struct {
	// CodeLifetime is how long a user has for it.
	CodeLifetime time.Duration
	// Typed says that users must type the code.
	Typed bool
}

// deviceCodeLifetime is how long a user has to let a device in by default.
const deviceCodeLifetime = 10 * time.Minute

func device(c *oauthv1alpha1.OAuthClient, l clientpolicy.Limits) Device {
	d := Device{deviceCodeLifetime, l.TypedUserCode}
	if own := c.Spec.DeviceAuthorization; own != nil {
		d.Typed = d.Typed || own.CompleteURI == oauthv1alpha1.CompleteURIOmit
		if own.CodeLifetime != nil {
			d.CodeLifetime = own.CodeLifetime.Duration
		}
	}
	return d
}

// effective fills the server's defaults in, as far as policies allow them, and those
// of the schema for objects that are older than a field.
func effective(c *oauthv1alpha1.OAuthClient, server *oauthv1alpha1.OAuthServer, l clientpolicy.Limits) Client {
	settings := serverspec.Of(server)
	e := Client{
		ID:             c.ClientID(),
		UID:            c.UID,
		Namespace:      c.Namespace,
		Name:           c.Name,
		Method:         cmp.Or(c.Spec.Authentication.Method, oauthv1alpha1.AuthenticationBasic),
		Authentication: authentication(c, server, l),
		RequestObject:  requestObject(c),
		GrantTypes:     stringsOf(c.Spec.GrantTypes),
		Scopes:         stringsOf(c.Spec.Scopes),
		Audiences:      append(stringsOf(c.Spec.Audiences), server.Spec.Issuer),
		Tokens:         tokens(settings.Tokens.With(c.Spec.Tokens), l),
		Interactive:    interactive(c, &settings, l),
		Exchange:       workloads.ExchangeOf(c, server, l),
	}
	if c.Spec.Secret.Derived != nil && e.Method.HasSecret() {
		e.DerivedSecret = c.Spec.Secret.Derived.Generation
	}
	if c.Spec.SessionsNotBefore != nil {
		e.NotBefore = c.Spec.SessionsNotBefore.Time
	}
	return e
}

func tokens(t Tokens, l clientpolicy.Limits) Tokens {
	t.AccessLifetime, t.IDLifetime = l.AccessLifetime.Under(t.AccessLifetime), l.IDLifetime.Under(t.IDLifetime)
	t.RefreshLifetime, t.RefreshIdle = l.RefreshLifetime.Under(t.RefreshLifetime), l.RefreshLifetime.Under(t.RefreshIdle)
	t.AccessBinding = l.Binding.Over(t.AccessBinding)
	return t
}

func interactive(c *oauthv1alpha1.OAuthClient, server *serverspec.Settings, l clientpolicy.Limits) Interactive {
	return Interactive{
		DisplayName:    cmp.Or(c.Spec.DisplayName, c.ClientID()),
		ClientURI:      string(c.Spec.ClientURI),
		LogoURI:        string(c.Spec.LogoURI),
		PolicyURI:      string(c.Spec.PolicyURI),
		TOSURI:         string(c.Spec.TOSURI),
		Shown:          c.Spec.StartPage == oauthv1alpha1.StartPageShow,
		RedirectURIs:   stringsOf(c.Spec.RedirectURIs),
		PostLogoutURIs: stringsOf(c.Spec.PostLogoutRedirectURIs),
		Origins:        stringsOf(c.Spec.AllowedOrigins),
		PKCE:           pkce(c, l),
		PushedAuthorization: c.Spec.PushedAuthorization == oauthv1alpha1.PushedAuthorizationRequired ||
			l.PushedAuthorization || server.PushedAuthorization,
		SignedRequests: c.Spec.SignedRequests == oauthv1alpha1.SignedRequestsRequired || len(l.SignedRequests) > 0,
		Consent:        consentMode(c),
		SecondFactor:   c.Spec.Login.MinimumAssurance == oauthv1alpha1.AssuranceSecondFactor || len(l.SecondFactor) > 0,
		Groups:         c.Spec.Access.Groups,
		Users:          c.Spec.Access.Users,
		Providers:      c.Spec.Login.Providers,
		BackchannelURI: string(c.Spec.Logout.BackchannelURI),
		BackchannelOwn: ownService(string(c.Spec.Logout.BackchannelURI), c.Namespace),
		Pairwise:       c.Spec.SubjectType == oauthv1alpha1.SubjectPairwise,
		Claims:         c.Spec.Claims,
		Device:         device(c, l),
	}
}

// pkce is what a client without credentials cannot do without, nor any other where a
// policy says so or any program can claim its redirect URI.
func pkce(c *oauthv1alpha1.OAuthClient, l clientpolicy.Limits) oauthv1alpha1.PKCE {
	if len(l.PKCE) > 0 || c.Spec.Authentication.Method == oauthv1alpha1.AuthenticationNone || undotted(c) {
		return oauthv1alpha1.PKCERequired
	}
	return cmp.Or(c.Spec.PKCE, oauthv1alpha1.PKCEAuto)
}

func stringsOf[T ~string](values []T) []string {
	out := make([]string, len(values))
	for i, value := range values {
		out[i] = string(value)
	}
	return out
}
