package provider

import (
	"context"
	"net/http"
	"slices"

	"github.com/grantor-dev/grantor/server/httpx"
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
	if !slices.Contains(scopes, scopeOpenID) {
		return nil, &httpx.Error{
			Code: httpx.CodeInsufficientScope, Description: "The access token was not granted the scope openid.",
			Status: http.StatusForbidden, Scheme: httpx.SchemeBearer,
		}
	}
	// The sub of the ID token that came with this very token (section 5.3.2).
	out := about(s.person, claims.Subject, s.client, scopes, s.grant.Userinfo)
	out["sub"] = claims.Subject
	return out, nil
}

var errBearer = &httpx.Error{
	Code: httpx.CodeInvalidToken, Description: "The access token is invalid, expired or revoked.", Status: http.StatusUnauthorized, Scheme: httpx.SchemeBearer,
}
