package token

import (
	"context"
	"slices"

	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/storage/grants"
	"github.com/grantor-dev/grantor/server/tokens"
)

const typeClientCredentials = "client_credentials"

// ClientCredentials is the grant of the same name (RFC 6749 section 4.4). Its tokens carry
// everything themselves, so it stores nothing.
type ClientCredentials struct{}

var _ Grant = ClientCredentials{}

// Type implements Grant.
func (ClientCredentials) Type() string { return typeClientCredentials }

// Authorize implements Grant.
func (ClientCredentials) Authorize(_ context.Context, request Request) (Issue, error) {
	audiences, ok := request.Client.Audiences(request.Form)
	if !ok {
		return Issue{}, httpx.InvalidTarget()
	}
	if !request.Client.Alone(audiences) {
		return Issue{}, errNoUser
	}
	scopes, err := withoutUser(request.Client, tokens.Scopes(request.Form.Get("scope")), audiences)
	if err != nil {
		return Issue{}, err
	}
	return Issue{Content: tokens.Content{Scopes: scopes, Audiences: audiences}}, nil
}

// withoutUser returns what a client gets for itself of the scopes that it asks for.
// openid and offline_access stand for a user who signs in; much software sends its whole
// list of scopes with every grant, so they are left out, as scope in the answer says (RFC
// 6749 section 3.3). A request for nothing else is refused: scope cannot say that nothing
// was granted.
func withoutUser(client *clients.Client, asked, audiences []string) ([]string, error) {
	for _, scope := range asked {
		if !client.MayAsk(scope, audiences) {
			return nil, httpx.InvalidScope(scope)
		}
	}
	ofUser := func(scope string) bool { return scope == grants.ScopeOpenID || scope == grants.ScopeOffline }
	granted := slices.DeleteFunc(slices.Clone(asked), ofUser)
	if len(granted) == 0 && len(asked) > 0 {
		return nil, httpx.BadRequest(httpx.CodeInvalidScope, "Scope '%s' is for users who sign in, which client_credentials does not involve; leave it out.", asked[0])
	}
	return granted, nil
}

var errNoUser = httpx.BadRequest(httpx.CodeInvalidTarget, "The resource is for users only: spec.clients.workloads of its OAuthResource does not allow client_credentials.")
