package token

import (
	"context"
	"net/url"
	"slices"
	"strings"

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
	scopes, err := withoutUser(request.Client.GetScopes(), tokens.Scopes(request.Form.Get("scope")))
	if err != nil {
		return Issue{}, err
	}
	audiences := audiencesOf(request.Form)
	if err := exactAudiences(request.Client.GetAudience(), audiences); err != nil {
		return Issue{}, err
	}
	return Issue{Content: tokens.Content{Scopes: scopes, Audiences: audiences}}, nil
}

// withoutUser returns what a client gets for itself of the scopes that it asks for.
// openid and offline_access stand for a user who signs in; much software sends its whole
// list of scopes with every grant, so they are left out, as scope in the answer says (RFC
// 6749 section 3.3). A request for nothing else is refused: scope cannot say that nothing
// was granted.
func withoutUser(allowed, asked []string) ([]string, error) {
	for _, scope := range asked {
		if !slices.Contains(allowed, scope) {
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

// audiencesOf returns the audiences that a request asks for, each once: one in each
// parameter (RFC 8693 section 2.1), or several in one, separated by spaces, as other
// servers have it. A resource (RFC 8707 section 2) is the same under its registered name,
// and is never split.
func audiencesOf(form url.Values) []string {
	asked := form["audience"]
	if len(asked) == 1 {
		asked = strings.Split(asked[0], " ")
	} else {
		asked = slices.DeleteFunc(slices.Clone(asked), func(audience string) bool { return audience == "" })
	}
	var audiences []string
	for _, audience := range append(asked, form["resource"]...) {
		if !slices.Contains(audiences, audience) {
			audiences = append(audiences, audience)
		}
	}
	return audiences
}

// exactAudiences accepts audiences that the client has, byte for byte. fosite's own
// strategy takes any URL below a registered one, and its lists ignore case.
func exactAudiences(allowed, requested []string) error {
	for _, audience := range requested {
		if !slices.Contains(allowed, audience) {
			return httpx.InvalidTarget()
		}
	}
	return nil
}
