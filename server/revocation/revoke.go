package revocation

import (
	"context"
	"time"

	"github.com/grantor-dev/grantor/server/audit"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/storage/grants"
)

// revoke ends a token of the caller (RFC 7009). A token that is not valid is no
// error (section 2.2); one that was issued to another client is refused and stays
// as it is (section 2.1). A user's token ends the whole Grant, so that every other
// token of it ends as well. Success means that it is stored. It returns an httpx.Error.
func (e *Endpoint) revoke(ctx context.Context, caller *clients.Client, token string) error {
	grant, err := e.end(ctx, caller, token)
	event := audit.Event{Decision: audit.Revocation, Client: caller, Grant: grant}
	if err != nil {
		event.Refused = httpx.CodeOf(err)
	}
	audit.Record(ctx, event)
	return err
}

// end does what revoke does, and returns the name of the Grant that it ended, if it was one.
func (e *Endpoint) end(ctx context.Context, caller *clients.Client, token string) (string, error) {
	if grants.IsToken(token) {
		g, _, err := e.tokens.Refresh(ctx, token)
		if err != nil || g == nil {
			return "", err
		}
		if g.ClientUID != string(caller.UID()) {
			return "", errForeignToken
		}
		return g.Name, httpx.UnavailableIf(e.grants.Revoke(ctx, g.Name))
	}
	claims, err := e.tokens.Access(token)
	if err != nil || claims == nil {
		return "", err
	}
	if claims.ClientID != caller.GetID() || claims.ClientUID != string(caller.UID()) {
		return "", errForeignToken
	}
	// A client that got a token in exchange does not end the Grant of another.
	if claims.Grant != "" && claims.Exchanges == 0 {
		return claims.Grant, httpx.UnavailableIf(e.grants.Revoke(ctx, claims.Grant))
	}
	if err := e.capacity.Revocation(claims.ClientUID); err != nil {
		return "", err
	}
	return "", httpx.UnavailableIf(e.marks.Revoke(ctx, claims.ClientUID, claims.ID, time.Unix(claims.ExpiresAt, 0)))
}

var errForeignToken = httpx.BadRequest(httpx.CodeInvalidGrant, "The token was issued to another client.")
