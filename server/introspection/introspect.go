package introspection

import (
	"context"
	"slices"
	"strings"

	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/storage/consents"
	"github.com/grantor-dev/grantor/server/storage/grants"
	"github.com/grantor-dev/grantor/server/tokens"
)

// Response is what a caller may know of a token (RFC 7662 section 2.2).
type Response struct {
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
	// Confirmation is what the token is bound to (RFC 9449 section 6.2, RFC 8705 section 3.2).
	Confirmation grants.Confirmation `json:"cnf,omitzero"`
	// Actor is who acts for the subject (RFC 8693 section 4.1).
	Actor *tokens.Actor `json:"act,omitempty"`
	// ACR and AuthTime are what a resource demands of a sign-in (RFC 9470 section 6.2).
	ACR      string `json:"acr,omitempty"`
	AuthTime int64  `json:"auth_time,omitempty"`
}

// introspect returns what the caller may know of a token: everything about its own,
// about those whose audience it is, and about those for a resource that it introspects for,
// nothing but inactive about others. A public client may not ask. It returns an httpx.Error.
func (e *Endpoint) introspect(ctx context.Context, caller *clients.Client, token string) (*Response, error) {
	if caller.IsPublic() {
		return nil, httpx.InvalidClient("A client without credentials may not introspect tokens.")
	}
	if grants.IsToken(token) {
		return e.introspectRefresh(ctx, caller, token)
	}
	claims, err := e.Tokens.Access(token)
	if err != nil {
		return nil, err
	}
	if claims == nil || claims.ClientID != caller.GetID() && !slices.Contains(claims.Audience, caller.GetID()) && !caller.Introspects(claims.Audience) {
		return &Response{}, nil
	}
	owner, grant, err := e.Tokens.Owner(ctx, claims)
	if err != nil {
		return nil, err
	}
	if owner == nil {
		return &Response{}, nil
	}
	scopes, err := e.Tokens.CurrentScopes(claims, grant)
	if err != nil {
		return nil, err
	}
	return &Response{
		Active: true, Scope: strings.Join(scopes, " "), ClientID: claims.ClientID, TokenType: tokens.TypeOf(claims.Confirmation),
		ExpiresAt: claims.ExpiresAt, IssuedAt: claims.IssuedAt, Subject: claims.Subject,
		Audience: claims.Audience, Issuer: claims.Issuer, ID: claims.ID, Confirmation: claims.Confirmation, Actor: claims.Actor,
		ACR: claims.ACR, AuthTime: claims.AuthTime,
	}, nil
}

// introspectRefresh answers about a refresh token, which concerns its owner alone.
func (e *Endpoint) introspectRefresh(ctx context.Context, caller *clients.Client, text string) (*Response, error) {
	g, token, err := e.Tokens.Refresh(ctx, text)
	if err != nil {
		return nil, err
	}
	if g == nil || g.ClientUID != string(caller.UID()) || g.Revoked || g.Generation != token.Generation || !e.Tokens.Now().Before(g.ExpiresAt) {
		return &Response{}, nil
	}
	user, _, err := e.Tokens.StillAuthorized(ctx, caller, g, g.Login, g.IssuedAt)
	if err != nil {
		return nil, err
	}
	if user == nil {
		return &Response{}, nil
	}
	held := slices.DeleteFunc(slices.Clone(g.Audiences), func(a string) bool { return !caller.Holds(a, user.Username, user.Groups) })
	if len(held) == 0 && len(g.Audiences) > 0 {
		return &Response{}, nil
	}
	sub, err := e.Tokens.SubjectFor(caller, g.Subject)
	if err != nil {
		return nil, err
	}
	granted := consents.Access{Scopes: g.Scopes, Audiences: g.Audiences}
	return &Response{
		Active: true, Scope: strings.Join(caller.ScopesAt(granted, consents.Names(held)), " "), ClientID: g.ClientID, Subject: sub, Issuer: e.Tokens.Issuer(),
		ExpiresAt: g.ExpiresAt.Unix(), IssuedAt: g.RefreshedAt.Unix(), Confirmation: g.Confirmation,
	}, nil
}
