package provider

import (
	"context"
	"errors"
	"slices"

	"github.com/ory/fosite"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/storage/grants"
)

// refreshToken is the handler of the grant of the same name (RFC 6749 section 6).
// fosite's own lets another client's old token end a Grant, turns lost races into
// errors of the server, and ignores scope.
type refreshToken struct{ p *Provider }

var _ fosite.TokenEndpointHandler = (*refreshToken)(nil)

func (f *refreshToken) grantType() string { return "refresh_token" }

// CanHandleTokenEndpointRequest implements fosite.TokenEndpointHandler.
func (f *refreshToken) CanHandleTokenEndpointRequest(_ context.Context, request fosite.AccessRequester) bool {
	return request.GetRequestForm().Get("grant_type") == f.grantType()
}

// CanSkipClientAuth implements fosite.TokenEndpointHandler.
func (f *refreshToken) CanSkipClientAuth(context.Context, fosite.AccessRequester) bool { return false }

// HandleTokenEndpointRequest implements fosite.TokenEndpointHandler.
func (f *refreshToken) HandleTokenEndpointRequest(ctx context.Context, request fosite.AccessRequester) error {
	client, s, err := sessionOf(request)
	if err != nil {
		return err
	}
	if !refreshes(client) {
		return errGrantNotAllowed
	}
	g, token, err := f.presented(ctx, client, request.GetRequestForm().Get("refresh_token"))
	if err != nil {
		return err
	}
	if s.person, err = f.p.standing(ctx, client, g, g.IssuedAt); err != nil || s.person == nil {
		return orError(err, errNotStanding)
	}
	until, ok, err := f.p.loggedIn(ctx, g.Login, g.Subject)
	if err != nil || !ok {
		return orError(err, errNotStanding)
	}
	keep(g, client, until)
	scopes, err := narrowed(client, g, scopesOf(request.GetRequestForm().Get("scope")))
	if err != nil {
		return err
	}
	audiences := slices.DeleteFunc(slices.Clone(g.Audiences), func(a string) bool { return !slices.Contains(client.GetAudience(), a) })
	grant(request, scopes, audiences)
	return f.advance(ctx, client, s, g, token.Generation)
}

// presented returns the Grant of a refresh token that this server issued to the
// client and that counts. A token that was not issued, however shaped, or was issued
// to another client, changes nothing.
func (f *refreshToken) presented(ctx context.Context, client *clients.Client, text string) (*grants.Grant, grants.Token, error) {
	if text == "" {
		return nil, grants.Token{}, httpx.BadRequest(httpx.CodeInvalidRequest, "Parameter 'refresh_token' is missing.")
	}
	g, token, err := f.p.issued(ctx, text)
	if err != nil {
		return nil, token, err
	}
	if g == nil || g.ClientUID != string(client.UID()) || g.Revoked || !f.p.Now().Before(g.ExpiresAt) {
		return nil, token, errRefreshToken
	}
	return g, token, nil
}

// issued returns the Grant of a refresh token of any generation, nil if this server
// did not issue it.
func (p *Provider) issued(ctx context.Context, text string) (*grants.Grant, grants.Token, error) {
	token, err := grants.ParseToken(text)
	if err != nil {
		return nil, token, nil //nolint:nilerr // a token that is none is an answer, not an error
	}
	set, err := p.Keys.Current()
	if err != nil {
		return nil, token, httpx.Unavailable(err)
	}
	g, err := p.Grants.Find(ctx, token.Grant)
	if errors.Is(err, grants.ErrGone) || errors.Is(err, grants.ErrVoid) {
		return nil, token, nil
	}
	if err != nil {
		return nil, token, httpx.Unavailable(err)
	}
	if !g.Issued(set, p.Issuer(), token) {
		return nil, token, nil
	}
	return g, token, nil
}

// advance decides what the presented generation means, and prepares the write.
func (f *refreshToken) advance(ctx context.Context, client *clients.Client, s *session, g *grants.Grant, generation int64) error {
	now := f.p.Now()
	switch g.Use(generation, client.Tokens().RefreshGrace, now) {
	case grants.UseAgain:
		s.grant = g
		return nil
	case grants.UseNext:
		s.grant = g.Next(lifetimes(client), now)
		s.commit = func(ctx context.Context) error { return f.commit(ctx, client, s.grant) }
		return nil
	case grants.UseStolen:
		return orError(f.p.endReplayed(ctx, g.Name), errRefreshToken)
	default:
		return errRefreshToken
	}
}

// commit stores the next generation. Whoever loses a race looks once more: within
// the grace period the winner's successor is the loser's, too.
func (f *refreshToken) commit(ctx context.Context, client *clients.Client, next *grants.Grant) error {
	err := f.p.Grants.Update(ctx, next)
	if !errors.Is(err, grants.ErrLost) {
		return httpx.UnavailableIf(err)
	}
	g, err := f.p.Grants.Find(ctx, next.Name)
	switch {
	case errors.Is(err, grants.ErrGone) || errors.Is(err, grants.ErrVoid):
		return errRefreshToken
	case err != nil:
		return httpx.Unavailable(err)
	case g.Revoked:
		return errRefreshToken
	}
	switch g.Use(next.Generation-1, client.Tokens().RefreshGrace, f.p.Now()) {
	case grants.UseAgain:
		return nil
	case grants.UseStolen:
		return orError(f.p.endReplayed(ctx, next.Name), errRefreshToken)
	default:
		return errRefreshToken
	}
}

// narrowed returns the scopes of a refreshed token: all that were granted and that
// the client may still have, or those of them that the request names.
func narrowed(client *clients.Client, g *grants.Grant, wanted []string) ([]string, error) {
	for _, scope := range wanted {
		if !slices.Contains(g.Scopes, scope) {
			return nil, httpx.WiderScope(scope)
		}
	}
	if len(wanted) == 0 {
		wanted = g.Scopes
	}
	return remaining(client, wanted), nil
}

// PopulateTokenEndpointResponse implements fosite.TokenEndpointHandler.
func (f *refreshToken) PopulateTokenEndpointResponse(ctx context.Context, request fosite.AccessRequester, response fosite.AccessResponder) error {
	if !f.CanHandleTokenEndpointRequest(ctx, request) {
		return fosite.ErrUnknownRequest
	}
	return f.p.populate(request, response)
}

// errRefreshToken does not tell why a refresh token is not valid.
var errRefreshToken = httpx.BadRequest(httpx.CodeInvalidGrant, "The refresh token is invalid, expired, revoked, used or was issued to another client.")

// refreshes reports whether a client gets refresh tokens.
func refreshes(client *clients.Client) bool { return client.May(oauthv1alpha1.GrantRefreshToken) }
