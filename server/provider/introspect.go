package provider

import (
	"context"
	"slices"
	"time"

	"github.com/grantor-dev/grantor/server/accesstoken"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/httpx"
)

// Introspection is what a caller may know of a token (RFC 7662 section 2.2).
type Introspection struct {
	Active    bool     `json:"active"`
	Scope     string   `json:"scope,omitempty"`
	ClientID  string   `json:"client_id,omitempty"`
	TokenType string   `json:"token_type,omitempty"`
	ExpiresAt int64    `json:"exp,omitempty"`
	IssuedAt  int64    `json:"iat,omitempty"`
	Subject   string   `json:"sub,omitempty"`
	Audience  []string `json:"aud,omitempty"`
	Issuer    string   `json:"iss,omitempty"`
	ID        string   `json:"jti,omitempty"`
}

// Introspect returns what the caller may know of a token: everything about its own
// and about those whose audience it is, nothing but inactive about others. A public
// client may not ask. It returns an httpx.Error.
func (p *Provider) Introspect(ctx context.Context, caller *clients.Client, token string) (*Introspection, error) {
	if caller.IsPublic() {
		return nil, httpx.InvalidClient("A client without credentials may not introspect tokens.")
	}
	claims, err := p.parse(token)
	if err != nil {
		return nil, err
	}
	if claims == nil || claims.ClientID != caller.GetID() && !slices.Contains(claims.Audience, caller.GetID()) {
		return &Introspection{}, nil
	}
	alive, err := p.alive(claims)
	if err != nil || !alive {
		return &Introspection{}, err
	}
	revoked, err := p.Marks.Revoked(ctx, claims.ID)
	if err != nil {
		return nil, httpx.Unavailable(err)
	}
	if revoked {
		return &Introspection{}, nil
	}
	return &Introspection{
		Active: true, Scope: claims.Scope, ClientID: claims.ClientID, TokenType: "Bearer",
		ExpiresAt: claims.ExpiresAt, IssuedAt: claims.IssuedAt, Subject: claims.Subject,
		Audience: claims.Audience, Issuer: claims.Issuer, ID: claims.ID,
	}, nil
}

// parse returns the claims of a token, or nil if it is not a valid one.
func (p *Provider) parse(token string) (*accesstoken.Claims, error) {
	set, err := p.Keys.Current()
	if err != nil {
		return nil, httpx.Unavailable(err)
	}
	claims, err := accesstoken.Parse(set, p.Issuer(), token, p.Now())
	if err != nil {
		return nil, nil //nolint:nilerr,nilnil // an invalid token is an answer, not an error
	}
	return &claims, nil
}

// alive reports whether the client that a token was issued to still honours it.
func (p *Provider) alive(claims *accesstoken.Claims) (bool, error) {
	client, err := p.Clients.Client(claims.ClientID)
	if err != nil {
		return false, httpx.Unavailable(err)
	}
	return client != nil && client.Honours(claims.ClientUID, time.Unix(claims.IssuedAt, 0)), nil
}
