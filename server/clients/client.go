package clients

import (
	"time"

	"github.com/ory/fosite"
	"k8s.io/apimachinery/pkg/types"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/clientspec"
	"github.com/grantor-dev/grantor/internal/credentials"
)

// Client is an accepted client. It does not change; a change of the OAuthClient
// makes another one.
type Client struct {
	spec        clientspec.Client
	credentials []credentials.Credential
}

var (
	_ fosite.Client                         = (*Client)(nil)
	_ fosite.ClientWithCustomTokenLifespans = (*Client)(nil)
)

// New returns the client that the rules made of an OAuthClient, with its verified
// credentials.
func New(spec clientspec.Client, verified ...credentials.Credential) *Client {
	return &Client{spec: spec, credentials: verified}
}

// GetID returns the client ID.
func (c *Client) GetID() string { return c.spec.ID }

// GetHashedSecret returns nil: fosite's hasher cannot bind a digest to a client,
// so secrets are compared by Authenticate.
func (c *Client) GetHashedSecret() []byte { return nil }

// GetRedirectURIs returns where the browser may be sent. Redirects compares them.
func (c *Client) GetRedirectURIs() []string { return c.spec.Interactive.RedirectURIs }

// GetGrantTypes returns the grants that the client may use.
func (c *Client) GetGrantTypes() fosite.Arguments { return c.spec.GrantTypes }

// GetResponseTypes returns nothing: server/authorization answers authorization
// requests, and its only response type is code.
func (c *Client) GetResponseTypes() fosite.Arguments { return nil }

// GetScopes returns the scopes that the client may ask for.
func (c *Client) GetScopes() fosite.Arguments { return c.spec.Scopes }

// IsPublic reports whether the client has no credentials.
func (c *Client) IsPublic() bool { return c.spec.Method == oauthv1alpha1.AuthenticationNone }

// GetAudience returns the audiences that the client may ask for.
func (c *Client) GetAudience() fosite.Arguments { return c.spec.Audiences }

// GetEffectiveLifespan returns the lifetime of the client's access tokens.
func (c *Client) GetEffectiveLifespan(_ fosite.GrantType, tt fosite.TokenType, fallback time.Duration) time.Duration {
	if tt == fosite.AccessToken {
		return c.spec.Tokens.AccessLifetime
	}
	return fallback
}

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

// Authentication returns how the client proves who it is, beside its method. It must
// not be changed.
func (c *Client) Authentication() clientspec.Authentication { return c.spec.Authentication }

// AccessTokenFormat returns the form of the client's access tokens.
func (c *Client) AccessTokenFormat() oauthv1alpha1.AccessTokenFormat {
	return c.spec.Tokens.AccessFormat
}

// Honours reports whether something that was issued to the client with the given
// UID at the given time still counts: neither made for a predecessor of the same
// ID nor before what spec.sessionsNotBefore says.
func (c *Client) Honours(uid string, issuedAt time.Time) bool {
	return string(c.spec.UID) == uid && !issuedAt.Before(c.spec.NotBefore)
}

// Authenticate reports whether secret is one of the client's secrets now.
func (c *Client) Authenticate(secret string, now time.Time) bool {
	ok := false
	for _, credential := range c.credentials {
		if credential.Valid(now) && credential.Matches(c.spec.UID, secret) {
			ok = true
		}
	}
	return ok
}
