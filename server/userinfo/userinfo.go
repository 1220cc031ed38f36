package userinfo

import (
	"context"
	"net/http"
	"slices"

	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/storage/grants"
	"github.com/grantor-dev/grantor/server/tokens"
)

// userinfo returns what the bearer of an access token may know of its user
// (OpenID Connect Core 1.0 section 5.3). It returns an httpx.Error.
func (e *Endpoint) userinfo(ctx context.Context, token string) (map[string]any, error) {
	claims, err := e.Tokens.Access(token)
	if err != nil {
		return nil, err
	}
	if claims == nil || claims.Grant == "" {
		return nil, errBearer
	}
	authorized, err := e.Tokens.Authorized(ctx, claims)
	if err != nil {
		return nil, err
	}
	if authorized == nil {
		return nil, errBearer
	}
	client := authorized.Client
	scopes := tokens.CurrentScopes(client, tokens.Scopes(claims.Scope))
	openID := slices.Contains(scopes, grants.ScopeOpenID)
	if !openID && !slices.ContainsFunc(scopes, identity.Covers) {
		return nil, errScope
	}
	var asked grants.ClaimSet
	if openID {
		asked = authorized.Grant.Userinfo
	}
	// The sub of the ID token that came with this very token (section 5.3.2).
	out := tokens.ClaimsFor(client, authorized.User, claims.Subject, scopes, asked)
	out["sub"] = claims.Subject
	return out, nil
}

// errScope is for a token that may know nothing of its user. OpenID Connect
// answers tokens of scope openid; OAuth alone also gives what the user was asked for.
var errScope = &httpx.Error{
	Code: httpx.CodeInsufficientScope, Description: "The access token was granted none of the scopes openid, profile, email, address, phone and groups.",
	Status: http.StatusForbidden, Scheme: httpx.SchemeBearer,
}

var errBearer = &httpx.Error{
	Code: httpx.CodeInvalidToken, Description: "The access token is invalid, expired or revoked.", Status: http.StatusUnauthorized, Scheme: httpx.SchemeBearer,
}
