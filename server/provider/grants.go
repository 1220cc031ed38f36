package provider

import (
	"context"
	"slices"
	"strings"

	"github.com/ory/fosite"

	"github.com/grantor-dev/grantor/server/httpx"
)

// grantHandlers returns the handlers of the token endpoint. The last one answers
// what no other handles: fosite would answer invalid_request.
func grantHandlers(p *Provider) fosite.TokenEndpointHandlers {
	return fosite.TokenEndpointHandlers{
		&authorizationCode{p},
		&refreshToken{p},
		&clientCredentials{p},
		unsupportedGrant{p},
	}
}

// clientCredentials is the handler of the grant of the same name (RFC 6749 section 4.4).
// fosite's own does not check whether the client may use the grant before anything else,
// and trims white space of parameters; it also brings fosite's storage and test packages
// into the program. These tokens carry everything themselves, so there is no storage.
type clientCredentials struct{ p *Provider }

var _ fosite.TokenEndpointHandler = (*clientCredentials)(nil)

func (c *clientCredentials) grantType() string { return "client_credentials" }

// CanSkipClientAuth implements fosite.TokenEndpointHandler.
func (c *clientCredentials) CanSkipClientAuth(context.Context, fosite.AccessRequester) bool {
	return false
}

// CanHandleTokenEndpointRequest implements fosite.TokenEndpointHandler.
func (c *clientCredentials) CanHandleTokenEndpointRequest(_ context.Context, request fosite.AccessRequester) bool {
	return request.GetRequestForm().Get("grant_type") == c.grantType()
}

// HandleTokenEndpointRequest implements fosite.TokenEndpointHandler.
func (c *clientCredentials) HandleTokenEndpointRequest(_ context.Context, request fosite.AccessRequester) error {
	client := request.GetClient()
	if client.IsPublic() || !slices.Contains(client.GetGrantTypes(), c.grantType()) {
		return errGrantNotAllowed
	}
	form := request.GetRequestForm()
	scopes, err := impersonal(client.GetScopes(), scopesOf(form.Get("scope")))
	if err != nil {
		return err
	}
	audiences := append(audiencesOf(form["audience"]), form["resource"]...)
	if err := exactAudiences(client.GetAudience(), audiences); err != nil {
		return err
	}
	grant(request, scopes, audiences)
	return nil
}

// impersonal returns what a client gets, without a person, of the scopes that it asks for.
// openid and offline_access stand for a person who signs in; much software sends its whole
// list of scopes with every grant, so they are left out, as scope in the answer says (RFC
// 6749 section 3.3). A request for nothing else is refused: scope cannot say that nothing
// was granted.
func impersonal(allowed, asked []string) ([]string, error) {
	for _, scope := range asked {
		if !slices.Contains(allowed, scope) {
			return nil, httpx.InvalidScope(scope)
		}
	}
	granted := slices.DeleteFunc(slices.Clone(asked), func(scope string) bool { return scope == scopeOpenID || scope == scopeOffline })
	if len(granted) == 0 && len(asked) > 0 {
		return nil, httpx.BadRequest(httpx.CodeInvalidScope, "Scope '%s' stands for a person who signs in, which client_credentials does not do; leave it out.", asked[0])
	}
	return granted, nil
}

// PopulateTokenEndpointResponse implements fosite.TokenEndpointHandler.
func (c *clientCredentials) PopulateTokenEndpointResponse(ctx context.Context, request fosite.AccessRequester, response fosite.AccessResponder) error {
	if !c.CanHandleTokenEndpointRequest(ctx, request) {
		return fosite.ErrUnknownRequest
	}
	token, err := c.p.accessToken(request)
	if err != nil {
		return err
	}
	response.SetAccessToken(token)
	response.SetTokenType("bearer")
	return nil
}

// scopesOf splits a scope parameter (RFC 6749 section 3.3).
func scopesOf(parameter string) []string {
	return slices.DeleteFunc(strings.Split(parameter, " "), func(scope string) bool { return scope == "" })
}

// audiencesOf returns the audiences that were asked for: one in each parameter (RFC
// 8693 section 2.1), or several in one, separated by spaces, as other servers have
// it. A resource (RFC 8707 section 2) is the same under its registered name.
func audiencesOf(parameters []string) []string {
	if len(parameters) == 1 {
		return strings.Split(parameters[0], " ")
	}
	return slices.DeleteFunc(slices.Clone(parameters), func(audience string) bool { return audience == "" })
}

// unsupportedGrant answers requests for grants that the server does not have.
type unsupportedGrant struct{ p *Provider }

var _ fosite.TokenEndpointHandler = unsupportedGrant{}

// CanHandleTokenEndpointRequest implements fosite.TokenEndpointHandler.
func (u unsupportedGrant) CanHandleTokenEndpointRequest(_ context.Context, request fosite.AccessRequester) bool {
	return !slices.Contains(u.p.grants, request.GetRequestForm().Get("grant_type"))
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

var errGrantNotAllowed = &fosite.RFC6749Error{
	ErrorField:       httpx.CodeUnauthorizedClient,
	DescriptionField: "The client may not use this grant type.",
	CodeField:        400,
}

var errUnsupportedGrant = &fosite.RFC6749Error{
	ErrorField:       httpx.CodeUnsupportedGrantType,
	DescriptionField: "This server does not support the grant type.",
	CodeField:        400,
}
