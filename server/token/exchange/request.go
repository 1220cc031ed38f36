package exchange

import (
	"net/url"
	"slices"

	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/tokens"
)

// Types of tokens (RFC 8693 section 3).
const (
	typeAccessToken = "urn:ietf:params:oauth:token-type:access_token"
	typeIDToken     = "urn:ietf:params:oauth:token-type:id_token"
	typeJWT         = "urn:ietf:params:oauth:token-type:jwt"
)

// requestedType returns the type of the token that a request gets.
func requestedType(client *clients.Client, form url.Values) (string, error) {
	if form.Has("actor_token") || form.Has("actor_token_type") {
		return "", errActorToken
	}
	switch form.Get("requested_token_type") {
	case "", typeAccessToken:
		return typeAccessToken, nil
	case typeJWT:
		if tokens.JWTs(client) {
			return typeJWT, nil
		}
		return "", errNotJWT
	default:
		return "", errRequestedType
	}
}

// targetOf returns the one audience of a request, or that of the client if it has exactly one
// in addition to the issuer. Each audience of a token for several could pass it on to the
// others.
func targetOf(client *clients.Client, form url.Values) ([]string, error) {
	audiences, ok := client.Audiences(form)
	switch {
	case !ok:
		return nil, httpx.InvalidTarget()
	case len(audiences) > 1:
		return nil, errTargets
	case len(audiences) == 1:
		return audiences, nil
	}
	// The issuer is the last one.
	own := client.GetAudience()
	if own = own[:max(len(own)-1, 0)]; len(own) != 1 || !client.Targets(own[0]) {
		return nil, errNoTarget
	}
	return slices.Clone(own), nil
}
