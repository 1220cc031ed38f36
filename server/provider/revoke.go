package provider

import (
	"context"
	"time"

	"github.com/grantor-dev/grantor/server/audit"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/storage/grants"
)

// Revoke ends a token of the caller (RFC 7009). A token that is not valid is no
// error (section 2.2); one that was issued to another client is refused and stays
// as it is (section 2.1). A person's token ends the whole Grant, so that every other
// token of it ends, too. Success means that it is stored. It returns an httpx.Error.
func (p *Provider) Revoke(ctx context.Context, caller *clients.Client, token string) error {
	grant, err := p.revoke(ctx, caller, token)
	event := audit.Event{Decision: audit.Revocation, Client: caller, Grant: grant}
	if err != nil {
		event.Refused = codeOf(err)
	}
	audit.Record(ctx, event)
	return err
}

// revoke returns the name of the Grant that it ended, if it was one.
func (p *Provider) revoke(ctx context.Context, caller *clients.Client, token string) (string, error) {
	if grants.IsToken(token) {
		g, _, err := p.issued(ctx, token)
		if err != nil || g == nil {
			return "", err
		}
		if g.ClientUID != string(caller.UID()) {
			return "", errForeignToken
		}
		return g.Name, httpx.UnavailableIf(p.Grants.Revoke(ctx, g.Name))
	}
	claims, err := p.parse(token)
	if err != nil || claims == nil {
		return "", err
	}
	if claims.ClientID != caller.GetID() || claims.ClientUID != string(caller.UID()) {
		return "", errForeignToken
	}
	if claims.Grant != "" {
		return claims.Grant, httpx.UnavailableIf(p.Grants.Revoke(ctx, claims.Grant))
	}
	if err := p.mark(p.revocations, caller.UID(), "The client revokes too many tokens; let them expire."); err != nil {
		return "", err
	}
	return "", httpx.UnavailableIf(p.Marks.Revoke(ctx, claims.ID, time.Unix(claims.ExpiresAt, 0)))
}

var errForeignToken = httpx.BadRequest(httpx.CodeInvalidGrant, "The token was issued to another client.")
