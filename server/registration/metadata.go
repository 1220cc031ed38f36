package registration

import (
	"encoding/json"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// Metadata is what a program says of itself (RFC 7591 section 2), with the defaults filled in.
// Members that are not here are ignored. Each value has been checked on its own; whether the
// client may be one like that is for the Registrar to say.
type Metadata struct {
	// Name is printable, in one line and up to 100 characters long; empty if there is none.
	Name string
	// RedirectURIs are up to 32 absolute URIs without a fragment, each different.
	RedirectURIs []string
	// PostLogoutRedirectURIs are as RedirectURIs (OpenID Connect RP-Initiated Logout 1.0).
	PostLogoutRedirectURIs []string
	// Method is how the client authenticates: client_secret_basic by default.
	Method string
	// GrantTypes are authorization_code by default, and ResponseTypes code.
	GrantTypes, ResponseTypes []string
	// Scopes are those that the client may want to ask for; none if it does not say.
	Scopes []string
	// Application is web or native; empty if the client does not say.
	Application string
	// These are http or https URLs, empty if there are none.
	ClientURI, LogoURI, PolicyURI, TermsURI, JWKSURI string
	// JWKS is a JSON object that is not checked yet; nil if there is none.
	JWKS json.RawMessage
	// SoftwareID and SoftwareVersion are printable and up to 200 characters long.
	SoftwareID, SoftwareVersion string
	// System is the one whose paths the request came by, so that the client is as the clients of
	// that are; empty for the registration endpoint. It is not in the metadata.
	System oauthv1alpha1.CompatibilityProfile
	// DPoPBound says that all access tokens are to be bound (RFC 9449 section 5.2), and
	// Pushed that all authorization requests are pushed (RFC 9126 section 6).
	DPoPBound, Pushed bool
}

// Methods of clients that have a secret, and of those that have none.
const (
	MethodNone  = "none"
	MethodBasic = "client_secret_basic"
	MethodPost  = "client_secret_post"
)
