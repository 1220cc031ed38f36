package provider

import (
	"context"
	"net/http"
	"slices"

	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/storage/grants"
)

// Userinfo returns what the bearer of an access token may know of its person
// (OpenID Connect Core 1.0 section 5.3). It returns an httpx.Error.
func (p *Provider) Userinfo(ctx context.Context, token string) (map[string]any, error) {
	claims, err := p.parse(token)
	if err != nil {
		return nil, err
	}
	if claims == nil || claims.Grant == "" {
		return nil, errBearer
	}
	s, err := p.authorized(ctx, claims)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return nil, errBearer
	}
	scopes := remaining(s.client, scopesOf(claims.Scope))
	openID := slices.Contains(scopes, scopeOpenID)
	if !openID && !slices.ContainsFunc(scopes, identity.Covers) {
		return nil, errNobodysScope
	}
	var asked grants.ClaimSet
	if openID {
		asked = s.grant.Userinfo
	}
	// The sub of the ID token that came with this very token (section 5.3.2).
	out := about(s.person, claims.Subject, s.client, scopes, asked)
	out["sub"] = claims.Subject
	return out, nil
}

// errNobodysScope is for a token that may know nothing of its person. OpenID Connect
// answers tokens of scope openid; OAuth alone gives what the person was asked for, too.
var errNobodysScope = &httpx.Error{
	Code: httpx.CodeInsufficientScope, Description: "The access token was granted none of the scopes openid, profile, email, address, phone and groups.",
	Status: http.StatusForbidden, Scheme: httpx.SchemeBearer,
}

var errBearer = &httpx.Error{
	Code: httpx.CodeInvalidToken, Description: "The access token is invalid, expired or revoked.", Status: http.StatusUnauthorized, Scheme: httpx.SchemeBearer,
}
