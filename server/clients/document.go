package clients

import (
	"slices"

	"k8s.io/apimachinery/pkg/types"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/clientid"
	"github.com/grantor-dev/grantor/internal/clientspec"
	"github.com/grantor-dev/grantor/internal/publickeys"
)

// Document is what a client without an OAuthClient says of itself. A request carries it from
// page to page, so that what a user is asked does not depend on whether the client's host
// answers.
type Document struct {
	Name      string `json:"name,omitempty"`
	HomeURI   string `json:"home,omitempty"`
	PolicyURI string `json:"policy,omitempty"`
	TermsURI  string `json:"terms,omitempty"`
	// Refreshes says that the client uses refresh tokens.
	Refreshes bool `json:"refresh,omitempty"`
	// Signs says that the client authenticates with assertions that it signs.
	Signs bool `json:"signs,omitempty"`
	// Keys are those with which the client signs, and JWKSURI where they are instead. They
	// are not carried on.
	Keys    []publickeys.Key `json:"-"`
	JWKSURI string           `json:"-"`
	// RedirectURIs are not carried on: a request has the one that it uses.
	RedirectURIs []string `json:"-"`
}

// Virtual reports whether the client has no OAuthClient.
func (c *Client) Virtual() bool { return clientid.UID(c.spec.UID).Virtual() }

// Registered reports whether the client registered without a token.
func (c *Client) Registered() bool { return clientid.UID(c.spec.UID).Registered() }

// WithSecret returns the client with a way to verify its secret, in constant time.
func (c *Client) WithSecret(verify func(secret string) bool) *Client {
	with := *c
	with.secret = verify
	return &with
}

// Document returns what a virtual client says of itself, if it is known; nil otherwise.
func (c *Client) Document() *Document { return c.document }

// Described returns a virtual client with what it says of itself.
func (c *Client) Described(d Document) *Client {
	described := *c
	described.document = &d
	people := &described.spec.Interactive
	people.RedirectURIs = d.RedirectURIs
	people.ClientURI, people.PolicyURI, people.TOSURI = d.HomeURI, d.PolicyURI, d.TermsURI
	if d.Name != "" {
		people.DisplayName = d.Name
	}
	if d.Signs {
		described.spec.UID = types.UID(clientid.OfSigningDocument(c.spec.ID))
		described.spec.Method = oauthv1alpha1.AuthenticationPrivateKeyJWT
		described.spec.Authentication.Signing = clientspec.Signing{Keys: d.Keys, JWKSURI: d.JWKSURI, Algorithms: publickeys.Algorithms()}
	}
	if !d.Refreshes {
		described.spec.GrantTypes = slices.DeleteFunc(slices.Clone(c.spec.GrantTypes), func(grant string) bool {
			return grant == string(oauthv1alpha1.GrantRefreshToken)
		})
	}
	return &described
}
