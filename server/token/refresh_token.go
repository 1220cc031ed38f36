package token

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"time"

	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/storage/consents"
	"github.com/grantor-dev/grantor/server/storage/grants"
	"github.com/grantor-dev/grantor/server/tokens"
)

const typeRefreshToken = "refresh_token"

// RefreshToken is the grant of the same name (RFC 6749 section 6). fosite's own lets
// another client's old token end a Grant, turns lost races into errors of the server, and
// ignores scope.
type RefreshToken struct{ *tokens.Verifier }

var _ Grant = (*RefreshToken)(nil)

// Type implements Grant.
func (f *RefreshToken) Type() string { return typeRefreshToken }

// Authorize implements Grant.
func (f *RefreshToken) Authorize(ctx context.Context, request Request) (Issue, error) {
	client := request.Client
	g, generation, err := f.presented(ctx, request)
	if err != nil {
		return Issue{}, err
	}
	user, err := stillAuthorized(ctx, f.Verifier, client, g, g.Login, g.IssuedAt)
	if err != nil {
		return Issue{}, err
	}
	scopes, err := narrowed(g, tokens.Scopes(request.Form.Get("scope")))
	if err != nil {
		return Issue{}, err
	}
	issue := Issue{Content: tokens.Content{User: user}}
	if issue.Grant, issue.Commit, err = f.advance(ctx, request, g, generation); err != nil {
		return Issue{}, err
	}
	issue.Audiences, err = refreshedAudiences(client, g, user, request.Form)
	issue.Scopes = slices.DeleteFunc(client.ScopesAt(access(g), issue.Audiences), func(scope string) bool { return !slices.Contains(scopes, scope) })
	return issue, err
}

// presented returns the Grant of a refresh token that this server issued to the client and
// that counts, and the token's generation. A token that was not issued, however shaped, or
// was issued to another client or is bound to another key, changes nothing.
func (f *RefreshToken) presented(ctx context.Context, request Request) (*grants.Grant, int64, error) {
	text := request.Form.Get("refresh_token")
	if text == "" {
		return nil, 0, httpx.BadRequest(httpx.CodeInvalidRequest, "Parameter 'refresh_token' is missing.")
	}
	g, token, err := f.Refresh(ctx, text)
	if err != nil {
		return nil, 0, err
	}
	if g == nil || g.ClientUID != string(request.Client.UID()) || g.Revoked || !f.Now().Before(g.ExpiresAt) {
		return nil, 0, errRefreshToken
	}
	if !g.Held(token.Generation, request.Proved) {
		return nil, 0, errNotHeld
	}
	return g, token.Generation, nil
}

// advance decides what the presented generation means. It returns the Grant as it will be
// once commit, if there is one, has stored it.
func (f *RefreshToken) advance(
	ctx context.Context, request Request, g *grants.Grant, generation int64,
) (_ *grants.Grant, commit func(context.Context) error, _ error) {
	client, now, read := request.Client, f.Now(), time.Now()
	switch g.Use(generation, client.Tokens().Grace(), now) {
	case grants.UseAgain:
		if !g.Confirmation.Met(request.Proved) {
			// Another key has made the session its own in the meantime.
			return nil, nil, errNotHeld
		}
		return g, nil, nil
	case grants.UseNext:
		next := g.Next(lifetimes(client, true), now)
		next.Bind(refreshBinding(request))
		return next, func(ctx context.Context) error { return f.commit(ctx, client, next, read) }, nil
	case grants.UseStolen:
		return nil, nil, endGrant(ctx, f.Verifier, g.Name, errRefreshToken)
	default:
		return nil, nil, errRefreshToken
	}
}

// commit stores the next generation. A request that loses a race looks once more: within
// the grace period the winner's successor is also the loser's. The presented token was the
// newest one when this request read the Grant, so how long ago it was replaced is decided
// by the time that this request has taken, whatever the clocks say.
func (f *RefreshToken) commit(ctx context.Context, client *clients.Client, next *grants.Grant, read time.Time) error {
	err := f.Grants.Update(ctx, next)
	if !errors.Is(err, grants.ErrLost) {
		return httpx.UnavailableIf(err)
	}
	g, err := f.Grants.Find(ctx, next.Name)
	switch {
	case errors.Is(err, grants.ErrGone) || errors.Is(err, grants.ErrVoid):
		return errRefreshToken
	case err != nil:
		return httpx.Unavailable(err)
	case g.Revoked:
		return errRefreshToken
	case g.Confirmation != next.Confirmation:
		return errNotHeld
	}
	switch {
	case g.Generation == next.Generation && time.Since(read) < client.Tokens().Grace():
		return nil
	case g.Generation >= next.Generation:
		return endGrant(ctx, f.Verifier, next.Name, errRefreshToken)
	default:
		// Storage was set back.
		return errRefreshToken
	}
}

// access returns what was granted.
func access(g *grants.Grant) consents.Access {
	return consents.Access{Scopes: g.Scopes, Audiences: g.Audiences}
}

// narrowed returns the scopes of a refreshed token: all that were granted, or those of them
// that the request names.
func narrowed(g *grants.Grant, wanted []string) ([]string, error) {
	all := slices.Clone(g.Scopes)
	for _, audience := range g.Audiences {
		if _, scope, _ := consents.CutAt(audience); scope != "" {
			all = append(all, scope)
		}
	}
	for _, scope := range wanted {
		if !slices.Contains(all, scope) {
			return nil, httpx.WiderScope(scope)
		}
	}
	if len(wanted) == 0 {
		return all, nil
	}
	return wanted, nil
}

// refreshedAudiences returns the audiences of a refreshed token: of those that were granted
// and that the client and the user may still have, all or those that the request names. The audience of
// a token without one is the issuer, for which the user was not asked.
func refreshedAudiences(client *clients.Client, g *grants.Grant, user *identity.Person, form url.Values) ([]string, error) {
	held := slices.DeleteFunc(slices.Clone(g.Audiences), func(a string) bool { return !client.Holds(a, user.Username, user.Groups) })
	if len(held) == 0 && len(g.Audiences) > 0 {
		return nil, errAudiencesGone
	}
	return narrowedAudiences(client, consents.Names(held), form)
}

var errAudiencesGone = httpx.BadRequest(httpx.CodeInvalidTarget, "The client's registration no longer covers the audiences of this refresh token.")

// errRefreshToken does not tell why a refresh token is not valid.
var errRefreshToken = httpx.BadRequest(httpx.CodeInvalidGrant, "The refresh token is invalid, expired, revoked, used or was issued to another client.")
