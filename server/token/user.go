package token

import (
	"context"
	"time"

	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/storage/grants"
	"github.com/grantor-dev/grantor/server/tokens"
)

// errNotAuthorized does not tell who withdrew.
var errNotAuthorized = httpx.BadRequest(httpx.CodeInvalidGrant, "The authorization is no longer valid; the user must sign in again.")

// stillAuthorized returns the user of a Grant as the Verifier does, and errNotAuthorized for
// none.
func stillAuthorized(
	ctx context.Context, v *tokens.Verifier, client *clients.Client, g *grants.Grant, login string, issuedAt time.Time,
) (*identity.Person, error) {
	user, until, err := v.StillAuthorized(ctx, client, g, login, issuedAt)
	if err != nil {
		return nil, err
	}
	if user == nil {
		return nil, errNotAuthorized
	}
	retainForLogout(g, client, until)
	return user, nil
}

// retainForLogout keeps a Grant for as long as its Login lasts if the client is to be
// notified when that ends: by then it may be the only record of whom to notify.
func retainForLogout(g *grants.Grant, client *clients.Client, until time.Time) {
	if client.People().BackchannelURI != "" {
		g.Keep(until)
	}
}

// lifetimes returns what bounds a Grant of a client. One that does not refresh ends with
// its access token.
func lifetimes(client *clients.Client, refreshes bool) grants.Lifetimes {
	t := client.Tokens()
	if !refreshes {
		return grants.Lifetimes{Whole: t.AccessLifetime, Idle: t.AccessLifetime, Access: t.AccessLifetime}
	}
	return grants.Lifetimes{Whole: t.RefreshLifetime, Idle: t.RefreshIdle, Access: t.AccessLifetime}
}

// endGrant ends a Grant because of what a request showed, and returns what the request is
// then refused with.
func endGrant(ctx context.Context, v *tokens.Verifier, name string, refusal error) error {
	if err := v.Grants.Revoke(ctx, name); err != nil {
		return httpx.Unavailable(err)
	}
	return refusal
}
