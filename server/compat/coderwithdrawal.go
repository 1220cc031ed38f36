package compat

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/grantor-dev/grantor/internal/clientid"
	"github.com/grantor-dev/grantor/internal/serverspec"
	"github.com/grantor-dev/grantor/server/account"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/storage/grants"
	"github.com/grantor-dev/grantor/server/tokens"
)

// Withdrawals ends what users allowed.
type Withdrawals interface {
	// Withdraw ends all that a user has allowed a client. It returns an httpx.Error.
	Withdraw(ctx context.Context, subject, clientUID string) error
}

var _ Withdrawals = (*account.Service)(nil)

// coderWithdrawal ends all that the user of a token has allowed a client.
type coderWithdrawal struct{ *Server }

var _ httpx.Endpoint = (*coderWithdrawal)(nil)

// ServeEndpoint implements httpx.Endpoint.
func (c *coderWithdrawal) ServeEndpoint(w http.ResponseWriter, r *http.Request) error {
	if err := httpx.ParseQuery(r); err != nil {
		return err
	}
	id := r.Form.Get("client_id")
	if id == "" {
		return httpx.BadRequest(httpx.CodeInvalidRequest, "Parameter 'client_id' is missing.")
	}
	token, err := bearerToken(r)
	if err != nil {
		return err
	}
	authorized, err := c.mayWithdraw(r.Context(), token, id)
	if err != nil {
		return err
	}
	client, err := c.Clients.Client(id)
	if err != nil {
		return httpx.Unavailable(err)
	}
	if client == nil {
		return httpx.NotFound()
	}
	for _, uid := range uidsOf(client) {
		if err := c.Withdrawals.Withdraw(r.Context(), authorized.User.Subject, uid); err != nil {
			return err
		}
	}
	noContent(w)
	return nil
}

// mayWithdraw returns the user of a token with which a client may end what the user allowed the
// client with an ID: it is that client itself, which may revoke its tokens anyway, or it was
// granted the scope account, which an administrator restricted. It returns an httpx.Error.
func (s *Server) mayWithdraw(ctx context.Context, token, id string) (*tokens.Authorization, error) {
	claims, err := s.Tokens.Access(token)
	switch {
	case err != nil:
		return nil, err
	case claims == nil:
		return nil, refusedToken("The access token is invalid, expired or revoked.")
	case claims.Confirmation != (grants.Confirmation{}):
		return nil, refusedToken("The access token is bound to a key or a certificate; send one that is not.")
	case claims.Grant == "" || claims.Exchanges > 0:
		return nil, refusedToken("The access token is not one that a user allowed the client itself.")
	}
	authorized, err := s.Tokens.Authorized(ctx, claims)
	if err != nil {
		return nil, err
	}
	if authorized == nil {
		return nil, refusedToken("The access token is invalid, expired or revoked.")
	}
	// What a resource server was sent is of no use to it here.
	atIssuer := slices.Contains(claims.Audience, s.Issuer())
	if claims.ClientID == id && atIssuer {
		return authorized, nil
	}
	scopes, err := s.Tokens.CurrentScopes(claims, authorized.Grant)
	if err != nil {
		return nil, err
	}
	if !atIssuer || !s.Settings().EndsConsents() || !slices.Contains(scopes, string(serverspec.AccountScope)) {
		return nil, &httpx.Error{
			Code: httpx.CodeInsufficientScope, Status: http.StatusForbidden, Scheme: httpx.SchemeBearer, Scope: string(serverspec.AccountScope),
			Description: "The access token is for another audience than the issuer, or it is of another client and was not granted a restricted scope account.",
		}
	}
	return authorized, nil
}

// uidsOf returns the UIDs by which what a user allowed a client is stored.
func uidsOf(client *clients.Client) []string {
	uids := []string{string(client.UID())}
	if other := string(clientid.OfSigningDocument(client.GetID())); client.Virtual() && strings.HasPrefix(client.GetID(), "https://") && other != uids[0] {
		uids = append(uids, other)
	}
	return uids
}
