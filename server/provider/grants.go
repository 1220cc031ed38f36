package provider

import (
	"context"

	"github.com/ory/fosite"
	"github.com/ory/fosite/handler/oauth2"

	"github.com/grantor-dev/grantor/server/clients"
)

// grantHandlers returns the handlers of the token endpoint. The last one answers
// what no other handles: fosite would answer invalid_request.
func grantHandlers(p *Provider) fosite.TokenEndpointHandlers {
	return fosite.TokenEndpointHandlers{
		&clientCredentials{&oauth2.ClientCredentialsGrantHandler{
			HandleHelper: &oauth2.HandleHelper{
				AccessTokenStrategy: &tokenStrategy{p},
				AccessTokenStorage:  nowhere{},
				Config:              lifespans,
			},
			Config: lifespans,
		}},
		unsupportedGrant{p},
	}
}

// lifespans is what fosite's handlers ask for scopes, audiences and lifetimes that
// a client does not set; ours set all of them.
var lifespans = newConfig(nil, nil)

// clientCredentials is fosite's client_credentials handler, corrected: it checks
// whether the client may use the grant before anything else, and grants what was
// asked for.
type clientCredentials struct {
	*oauth2.ClientCredentialsGrantHandler
}

var _ fosite.TokenEndpointHandler = (*clientCredentials)(nil)

func (c *clientCredentials) grantType() string { return "client_credentials" }

// HandleTokenEndpointRequest implements fosite.TokenEndpointHandler.
func (c *clientCredentials) HandleTokenEndpointRequest(ctx context.Context, request fosite.AccessRequester) error {
	if !request.GetClient().GetGrantTypes().Has(c.grantType()) {
		return fosite.ErrUnauthorizedClient
	}
	if err := c.ClientCredentialsGrantHandler.HandleTokenEndpointRequest(ctx, request); err != nil {
		return err
	}
	for _, scope := range request.GetRequestedScopes() {
		request.GrantScope(scope)
	}
	for _, audience := range request.GetRequestedAudience() {
		request.GrantAudience(audience)
	}
	return nil
}

// unsupportedGrant answers requests for grants that the server does not have.
type unsupportedGrant struct{ p *Provider }

var _ fosite.TokenEndpointHandler = unsupportedGrant{}

// CanHandleTokenEndpointRequest implements fosite.TokenEndpointHandler.
func (u unsupportedGrant) CanHandleTokenEndpointRequest(_ context.Context, request fosite.AccessRequester) bool {
	for _, grant := range u.p.grants {
		if request.GetGrantTypes().ExactOne(grant) {
			return false
		}
	}
	return true
}

// CanSkipClientAuth implements fosite.TokenEndpointHandler.
func (unsupportedGrant) CanSkipClientAuth(context.Context, fosite.AccessRequester) bool { return false }

// HandleTokenEndpointRequest implements fosite.TokenEndpointHandler.
func (unsupportedGrant) HandleTokenEndpointRequest(context.Context, fosite.AccessRequester) error {
	return errUnsupportedGrant
}

// PopulateTokenEndpointResponse implements fosite.TokenEndpointHandler.
func (unsupportedGrant) PopulateTokenEndpointResponse(context.Context, fosite.AccessRequester, fosite.AccessResponder) error {
	return fosite.ErrUnknownRequest
}

var errUnsupportedGrant = &fosite.RFC6749Error{
	ErrorField:       "unsupported_grant_type",
	DescriptionField: "This server does not support the grant type.",
	CodeField:        400,
}

// nowhere is the storage of access tokens: they carry everything themselves.
type nowhere struct{}

var _ oauth2.AccessTokenStorage = nowhere{}

// CreateAccessTokenSession implements oauth2.AccessTokenStorage.
func (nowhere) CreateAccessTokenSession(context.Context, string, fosite.Requester) error { return nil }

// GetAccessTokenSession implements oauth2.AccessTokenStorage.
func (nowhere) GetAccessTokenSession(context.Context, string, fosite.Session) (fosite.Requester, error) {
	return nil, fosite.ErrNotFound
}

// DeleteAccessTokenSession implements oauth2.AccessTokenStorage.
func (nowhere) DeleteAccessTokenSession(context.Context, string) error { return nil }

var _ Clients = (*clients.Registry)(nil)
