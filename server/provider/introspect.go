package provider

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/grantor-dev/grantor/server/accesstoken"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/storage/grants"
	"github.com/grantor-dev/grantor/server/subjects"
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
	if grants.IsToken(token) {
		return p.introspectRefresh(ctx, caller, token)
	}
	claims, err := p.parse(token)
	if err != nil {
		return nil, err
	}
	if claims == nil || claims.ClientID != caller.GetID() && !slices.Contains(claims.Audience, caller.GetID()) {
		return &Introspection{}, nil
	}
	owner, err := p.owner(ctx, claims)
	if err != nil {
		return nil, err
	}
	if owner == nil {
		return &Introspection{}, nil
	}
	return &Introspection{
		Active: true, Scope: join(remaining(owner, scopesOf(claims.Scope))), ClientID: claims.ClientID, TokenType: "Bearer",
		ExpiresAt: claims.ExpiresAt, IssuedAt: claims.IssuedAt, Subject: claims.Subject,
		Audience: claims.Audience, Issuer: claims.Issuer, ID: claims.ID,
	}, nil
}

// introspectRefresh answers about a refresh token, which concerns its owner alone.
func (p *Provider) introspectRefresh(ctx context.Context, caller *clients.Client, text string) (*Introspection, error) {
	g, token, err := p.issued(ctx, text)
	if err != nil {
		return nil, err
	}
	if g == nil || g.ClientUID != string(caller.UID()) || g.Revoked || g.Generation != token.Generation || !p.Now().Before(g.ExpiresAt) {
		return &Introspection{}, nil
	}
	person, err := p.standing(ctx, caller, g, g.IssuedAt)
	if err != nil {
		return nil, err
	}
	if person == nil {
		return &Introspection{}, nil
	}
	_, in, err := p.loggedIn(ctx, g.Login, g.Subject)
	if err != nil {
		return nil, err
	}
	if !in {
		return &Introspection{}, nil
	}
	sub, err := p.told(caller, g.Subject)
	if err != nil {
		return nil, err
	}
	return &Introspection{
		Active: true, Scope: join(remaining(caller, g.Scopes)), ClientID: g.ClientID, Subject: sub, Issuer: p.Issuer(),
		ExpiresAt: g.ExpiresAt.Unix(), IssuedAt: g.RefreshedAt.Unix(),
	}, nil
}

// told returns the sub that a client is told of a person.
func (p *Provider) told(client *clients.Client, subject string) (string, error) {
	set, err := p.Keys.Current()
	if err != nil {
		return "", httpx.Unavailable(err)
	}
	sub, err := subjects.Told(set, client, subject)
	return sub, httpx.UnavailableIf(err)
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

// owner returns the client of a token that has not expired, nil if the token does not
// count any more.
func (p *Provider) owner(ctx context.Context, claims *accesstoken.Claims) (*clients.Client, error) {
	if claims.Grant != "" {
		who, err := p.authorized(ctx, claims)
		if who == nil {
			return nil, err
		}
		return who.client, nil
	}
	client, err := p.Clients.Client(claims.ClientID)
	if err != nil {
		return nil, httpx.Unavailable(err)
	}
	if client == nil || !client.Honours(claims.ClientUID, time.Unix(claims.IssuedAt, 0)) {
		return nil, nil //nolint:nilnil // that the token does not count is an answer
	}
	revoked, err := p.Marks.Revoked(ctx, claims.ID)
	if err != nil {
		return nil, httpx.Unavailable(err)
	}
	if revoked {
		return nil, nil //nolint:nilnil // that the token does not count is an answer
	}
	return client, nil
}

// authorization is who stands behind a person's token.
type authorization struct {
	client *clients.Client
	person *identity.Person
	grant  *grants.Grant
}

// authorized returns who stands behind a person's token, nil if nobody does any
// more.
func (p *Provider) authorized(ctx context.Context, claims *accesstoken.Claims) (*authorization, error) {
	client, err := p.Clients.Client(claims.ClientID)
	if err != nil || client == nil {
		return nil, httpx.UnavailableIf(err)
	}
	g, err := p.Grants.Find(ctx, claims.Grant)
	if errors.Is(err, grants.ErrGone) || errors.Is(err, grants.ErrVoid) {
		return nil, nil //nolint:nilnil // that nobody stands behind it is an answer
	}
	if err != nil {
		return nil, httpx.Unavailable(err)
	}
	set, err := p.Keys.Current()
	if err != nil {
		return nil, httpx.Unavailable(err)
	}
	if g.Revoked || g.ClientUID != claims.ClientUID || !subjects.Is(set, client, claims.Subject, g.Subject) {
		return nil, nil //nolint:nilnil // that nobody stands behind it is an answer
	}
	person, err := p.standing(ctx, client, g, g.IssuedAt)
	if err != nil || person == nil {
		return nil, err
	}
	return &authorization{client: client, person: person, grant: g}, nil
}
