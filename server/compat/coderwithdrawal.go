package compat

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
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/storage/grants"
	"github.com/grantor-dev/grantor/server/tokens"
)

// Withdrawals ends what users allowed.
type Withdrawals interface {
	// Withdraw ends all that a user has allowed a client. It returns an httpx.Error.
	Withdraw(ctx context.Context, w account.Withdrawal) error
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
	withdrawal, err := c.asked(r)
	if err != nil {
		// What is not refused here, Withdrawals records.
		event := audit.Event{Decision: audit.Withdrawal, Refused: httpx.CodeOf(err), Subject: withdrawal.Subject}
		if withdrawal.By != nil {
			event.Client = withdrawal.By
		}
		audit.Record(r.Context(), event)
		return err
	}
	if err := c.Withdrawals.Withdraw(r.Context(), withdrawal); err != nil {
		return err
	}
	noContent(w)
	return nil
}

// asked returns what a request asks for, or an httpx.Error, then with who asks as far as that is
// known.
func (s *Server) asked(r *http.Request) (account.Withdrawal, error) {
	var out account.Withdrawal
	id := r.Form.Get("client_id")
	if id == "" {
		return out, httpx.BadRequest(httpx.CodeInvalidRequest, "Parameter 'client_id' is missing.")
	}
	token, err := bearerToken(r)
	if err != nil {
		return out, err
	}
	claims, authorized, err := s.ofUser(r.Context(), token)
	if err != nil {
		return out, err
	}
	out.Subject, out.By = authorized.User.Subject, authorized.Client
	if err := s.mayWithdraw(claims, authorized, id); err != nil {
		return out, err
	}
	client, err := s.Clients.Client(id)
	switch {
	case err != nil:
		return out, httpx.Unavailable(err)
	case client == nil:
		return out, httpx.NotFound()
	}
	out.Of, out.ClientUIDs = client, uidsOf(client)
	return out, nil
}

// ofUser returns what a user allowed the client that got an access token, or an httpx.Error.
func (s *Server) ofUser(ctx context.Context, token string) (*tokens.AccessClaims, *tokens.Authorization, error) {
	claims, err := s.Tokens.Access(token)
	switch {
	case err != nil:
		return nil, nil, err
	case claims == nil:
		return nil, nil, refusedToken("The access token is invalid, expired or revoked.")
	case claims.Confirmation != (grants.Confirmation{}):
		return nil, nil, refusedToken("The access token is bound to a key or a certificate; send one that is not.")
	case claims.Grant == "" || claims.Exchanges > 0:
		return nil, nil, refusedToken("The access token is not one that a user allowed the client itself.")
	}
	authorized, err := s.Tokens.Authorized(ctx, claims)
	if err != nil {
		return nil, nil, err
	}
	if authorized == nil {
		return nil, nil, refusedToken("The access token is invalid, expired or revoked.")
	}
	return claims, authorized, nil
}

// mayWithdraw returns an httpx.Error unless the client of an access token may end what its user
// allowed the client with an ID: it is that client itself, which may revoke its tokens anyway, or
// it was granted the scope account, which an administrator restricted.
func (s *Server) mayWithdraw(claims *tokens.AccessClaims, authorized *tokens.Authorization, id string) error {
	// What a resource server was sent is of no use to it here.
	atIssuer := slices.Contains(claims.Audience, s.Issuer())
	if claims.ClientID == id && atIssuer {
		return nil
	}
	scopes, err := s.Tokens.CurrentScopes(claims, authorized.Grant)
	if err != nil {
		return err
	}
	if !atIssuer || !s.Settings().EndsConsents() || !slices.Contains(scopes, string(serverspec.AccountScope)) {
		return &httpx.Error{
			Code: httpx.CodeInsufficientScope, Status: http.StatusForbidden, Scheme: httpx.SchemeBearer, Scope: string(serverspec.AccountScope),
			Description: "The access token is for another audience than the issuer, or it is of another client and was not granted a restricted scope account.",
		}
	}
	return nil
}

// uidsOf returns the UIDs by which what a user allowed a client is stored.
func uidsOf(client *clients.Client) []string {
	uids := []string{string(client.UID())}
	if other := string(clientid.OfSigningDocument(client.GetID())); client.Virtual() && strings.HasPrefix(client.GetID(), "https://") && other != uids[0] {
		uids = append(uids, other)
	}
	return uids
}
