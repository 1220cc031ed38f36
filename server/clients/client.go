package clients

import (
	"time"

	"k8s.io/apimachinery/pkg/types"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/clientid"
	"github.com/grantor-dev/grantor/internal/clientspec"
	"github.com/grantor-dev/grantor/internal/credentials"
	"github.com/grantor-dev/grantor/internal/resourcespec"
	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/resources"
)

// Client is an accepted client. It does not change; a change of the OAuthClient
// makes another one.
type Client struct {
	spec        clientspec.Client
	credentials []credentials.Credential
	document    *Document
	// derives are the keys of a derived client secret; nil for a client without one.
	derives *keys.Set
	// secret verifies that of a client which registered without a token; nil for any other.
	secret func(string) bool
	// resources are those of the server, and loosely the identifiers that the audiences
	// could be taken for.
	resources *resources.Registry
	loosely   []string
}

// New returns the client that the rules made of an OAuthClient, with its verified
// credentials.
func New(spec clientspec.Client, verified ...credentials.Credential) *Client {
	c := &Client{spec: spec, credentials: verified, loosely: make([]string, len(spec.Audiences))}
	for i, audience := range spec.Audiences {
		c.loosely[i] = resourcespec.Loosely(audience)
	}
	return c
}

// WithKeys returns the client with the keys of its derived client secret.
func (c *Client) WithKeys(set *keys.Set) *Client {
	with := *c
	with.derives = set
	return &with
}

// WithResources returns the client with the resources of the server.
func (c *Client) WithResources(r *resources.Registry) *Client {
	with := *c
	with.resources = r
	return &with
}

// GetID returns the client ID.
func (c *Client) GetID() string { return c.spec.ID }

// GetRedirectURIs returns where the browser may be sent. Redirects compares them.
func (c *Client) GetRedirectURIs() []string { return c.spec.Interactive.RedirectURIs }

// GetGrantTypes returns the grants that the client may use.
func (c *Client) GetGrantTypes() []string { return c.spec.GrantTypes }

// GetScopes returns the scopes that the client may ask for.
func (c *Client) GetScopes() []string { return c.spec.Scopes }

// IsPublic reports whether the client has no credentials.
func (c *Client) IsPublic() bool { return c.spec.Method == oauthv1alpha1.AuthenticationNone }

// GetAudience returns the audiences that the client's own object lists, and the issuer.
// Targets says which of them, and which resources, the client may ask for.
func (c *Client) GetAudience() []string { return c.spec.Audiences }

// UID returns the UID of the OAuthClient.
func (c *Client) UID() types.UID { return c.spec.UID }

// Method returns the way in which the client authenticates.
func (c *Client) Method() oauthv1alpha1.AuthenticationMethod { return c.spec.Method }

// Accepts reports whether the client may authenticate in a way: as Method says, or with a
// client secret that is sent in the other of the two ways (RFC 6749 section 2.3.1), unless
// the method is exact.
func (c *Client) Accepts(method oauthv1alpha1.AuthenticationMethod) bool {
	return method == c.spec.Method || method.HasSecret() && c.spec.Method.HasSecret() && !c.spec.Authentication.ExactMethod
}

// Authentication returns how the client proves who it is, besides its method. It must
// not be changed.
func (c *Client) Authentication() clientspec.Authentication { return c.spec.Authentication }

// RequestObject returns how the client signs its authorization requests. It must not be
// changed.
func (c *Client) RequestObject() clientspec.Signing { return c.spec.RequestObject }

// Honours reports whether something that was issued to the client with the given
// UID at the given time still counts: neither made for a predecessor of the same
// ID nor before what spec.sessionsNotBefore says.
func (c *Client) Honours(uid string, issuedAt time.Time) bool {
	return c.Is(uid) && !issuedAt.Before(c.spec.NotBefore)
}

// Is reports whether a UID is the client's. One without an OAuthClient has two, of which its
// document says the right one; where nothing authenticates as the client, both will do.
func (c *Client) Is(uid string) bool {
	return string(c.spec.UID) == uid || c.Virtual() && string(clientid.OfSigningDocument(c.spec.ID)) == uid
}

// Authenticate reports whether secret is one of the client's secrets now.
func (c *Client) Authenticate(secret string, now time.Time) bool {
	ok := c.isDerived(secret) || c.secret != nil && c.secret(secret)
	for _, credential := range c.credentials {
		if credential.Valid(now) && credential.Matches(c.spec.UID, secret) {
			ok = true
		}
	}
	return ok
}
