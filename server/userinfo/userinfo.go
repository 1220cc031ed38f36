package userinfo

import (
	"context"
	"slices"

	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/storage/grants"
	"github.com/grantor-dev/grantor/server/tokens"
)

// userinfo returns what the sender of an access token may know of its user
// (OpenID Connect Core 1.0 section 5.3). It returns an httpx.Error.
func (e *Endpoint) userinfo(ctx context.Context, claims *tokens.AccessClaims, scheme httpx.Scheme) (map[string]any, error) {
	if claims.Grant == "" {
		return nil, errToken(scheme)
	}
	authorized, err := e.Tokens.Authorized(ctx, claims)
	if err != nil {
		return nil, err
	}
	if authorized == nil {
		return nil, e.refused(claims, scheme)
	}
	client := authorized.Client
	scopes, err := e.Tokens.CurrentScopes(claims, authorized.Grant)
	if err != nil {
		return nil, err
	}
	openID := slices.Contains(scopes, grants.ScopeOpenID)
	if !openID && !slices.ContainsFunc(scopes, identity.Covers) {
		return nil, errScope(scheme)
	}
	var asked grants.ClaimSet
	// What the user was asked for one by one was for the client of the Grant alone.
	if openID && claims.Exchanges == 0 {
		asked = authorized.Grant.Userinfo
	}
	// The sub of the ID token that came with this very token (section 5.3.2).
	out := tokens.ClaimsFor(client, authorized.User, claims.Subject, scopes, asked)
	out["sub"] = claims.Subject
	return out, nil
}
