package coder

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/grantor-dev/grantor/internal/clientid"
	"github.com/grantor-dev/grantor/internal/serverspec"
	"github.com/grantor-dev/grantor/server/account"
	"github.com/grantor-dev/grantor/server/audit"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/compat"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/storage/grants"
	"github.com/grantor-dev/grantor/server/tokens"
)

// withdrawal is the endpoint that ends everything the user of a token has allowed a client.
type withdrawal struct{ *compat.Server }

var _ httpx.Endpoint = (*withdrawal)(nil)

// ServeEndpoint implements httpx.Endpoint.
func (c *withdrawal) ServeEndpoint(w http.ResponseWriter, r *http.Request) error {
	if err := httpx.ParseQuery(r); err != nil {
		return err
	}
	asked, err := c.asked(r)
	if err != nil {
		// Withdrawals records the requests that get past here.
		event := audit.Event{Decision: audit.Withdrawal, Refused: httpx.CodeOf(err), Subject: asked.Subject}
		if asked.By != nil {
			event.Client = asked.By
		}
		audit.Record(r.Context(), event)
		return err
	}
	if err := c.Withdrawals.Withdraw(r.Context(), asked); err != nil {
		return err
	}
	noContent(w)
	return nil
}

// asked returns the withdrawal that a request asks for. On failure, it returns an httpx.Error
// and as much of the withdrawal as is known, for the audit log.
func (c *withdrawal) asked(r *http.Request) (account.Withdrawal, error) {
	var out account.Withdrawal
	id := r.Form.Get("client_id")
	if id == "" {
		return out, httpx.BadRequest(httpx.CodeInvalidRequest, "Parameter 'client_id' is missing.")
	}
	token, err := bearerToken(r)
	if err != nil {
		return out, err
	}
	claims, authorized, err := c.ofUser(r.Context(), token)
	if err != nil {
		return out, err
	}
	out.Subject, out.By = authorized.User.Subject, authorized.Client
	if err := c.mayWithdraw(claims, authorized, id); err != nil {
		return out, err
	}
	client, err := c.Clients.Client(id)
	switch {
	case err != nil:
		return out, httpx.Unavailable(err)
	case client == nil:
		return out, httpx.NotFound()
	}
	out.Of, out.ClientUIDs = client, uidsOf(client)
	return out, nil
}

// ofUser returns the claims of an access token and the authorization behind it. It returns an
// httpx.Error unless a user authorized the client directly.
func (c *withdrawal) ofUser(ctx context.Context, token string) (*tokens.AccessClaims, *tokens.Authorization, error) {
	claims, err := c.Tokens.Access(token)
	switch {
	case err != nil:
		return nil, nil, err
	case claims == nil:
		return nil, nil, httpx.InvalidToken("The access token is invalid, expired or revoked.")
	case claims.Confirmation != (grants.Confirmation{}):
		return nil, nil, httpx.InvalidToken("The access token is bound to a key or a certificate; send one that is not.")
	case claims.Grant == "" || claims.Exchanges > 0:
		return nil, nil, httpx.InvalidToken("The access token is not one that a user allowed the client itself.")
	}
	authorized, err := c.Tokens.Authorized(ctx, claims)
	if err != nil {
		return nil, nil, err
	}
	if authorized == nil {
		return nil, nil, httpx.InvalidToken("The access token is invalid, expired or revoked.")
	}
	return claims, authorized, nil
}

// mayWithdraw returns an httpx.Error unless the client of an access token may end what the user
// has allowed the client with the given ID. It may if it is that client, which can revoke its
// own tokens anyway, or if the token has the scope account and that scope is restricted.
func (c *withdrawal) mayWithdraw(claims *tokens.AccessClaims, authorized *tokens.Authorization, id string) error {
	// A resource server must not be able to use a token that was sent to it.
	atIssuer := slices.Contains(claims.Audience, c.Issuer())
	if claims.ClientID == id && atIssuer {
		return nil
	}
	scopes, err := c.Tokens.CurrentScopes(claims, authorized.Grant)
	if err != nil {
		return err
	}
	if !atIssuer || !c.Settings().EndsConsents() || !slices.Contains(scopes, string(serverspec.AccountScope)) {
		return &httpx.Error{
			Code: httpx.CodeInsufficientScope, Status: http.StatusForbidden, Scheme: httpx.SchemeBearer, Scope: string(serverspec.AccountScope),
			Description: "The access token is for another audience than the issuer, or it is of another client and was not granted a restricted scope account.",
		}
	}
	return nil
}

// uidsOf returns the UIDs under which consents for a client may be stored.
func uidsOf(client *clients.Client) []string {
	uids := []string{string(client.UID())}
	if other := string(clientid.OfSigningDocument(client.GetID())); client.Virtual() && strings.HasPrefix(client.GetID(), "https://") && other != uids[0] {
		uids = append(uids, other)
	}
	return uids
}
