package token

import (
	"context"
	"errors"
	"slices"

	"github.com/grantor-dev/grantor/server/capacity"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/storage/consents"
	"github.com/grantor-dev/grantor/server/storage/grants"
	"github.com/grantor-dev/grantor/server/tokens"
)

// Consents finds Consents.
type Consents interface {
	// Find returns what a user has allowed a client, or nil.
	Find(ctx context.Context, subject, clientUID string) (*consents.Consent, error)
}

// Capacity bounds what is stored.
type Capacity interface {
	// Grant takes room for one more Grant of a client and a user, or returns an httpx.Error.
	Grant(clientUID, subject string) error
}

var (
	_ Consents = (*consents.Store)(nil)
	_ Capacity = (*capacity.Capacity)(nil)
)

// AuthorizationCode is the grant of the same name (RFC 6749 section 4.1.3). fosite's own
// revokes on a replay before it checks who asks, lets a wrong verifier burn the challenge,
// and stores before it signs.
type AuthorizationCode struct {
	*tokens.Verifier

	Consents Consents
	Capacity Capacity
}

var _ Grant = (*AuthorizationCode)(nil)

// Type implements Grant.
func (a *AuthorizationCode) Type() string { return "authorization_code" }

// Authorize implements Grant. Until the request is verified it changes nothing; from then
// on, whatever is wrong ends the Grant of the code, if the code was used.
func (a *AuthorizationCode) Authorize(ctx context.Context, request Request) (Issue, error) {
	code, err := a.verified(request)
	if err != nil {
		return Issue{}, err
	}
	content, err := a.begin(ctx, request, code)
	if err != nil {
		if httpx.CodeOf(err) == httpx.CodeInvalidGrant {
			return Issue{}, a.end(ctx, code, err)
		}
		return Issue{}, err
	}
	return Issue{Content: content, Commit: func(ctx context.Context) error { return a.commit(ctx, code, content.Grant) }}, nil
}

// verified returns what the code of a request says, once the request has proved that
// it comes from whom the code was issued to.
func (a *AuthorizationCode) verified(request Request) (grants.Code, error) {
	client, form := request.Client, request.Form
	if form.Get("code") == "" {
		return grants.Code{}, httpx.BadRequest(httpx.CodeInvalidRequest, "Parameter 'code' is missing.")
	}
	set, err := a.Keys.Current()
	if err != nil {
		return grants.Code{}, httpx.Unavailable(err)
	}
	code, err := grants.OpenCode(set, a.Issuer(), form.Get("code"))
	if err != nil || code.ClientUID != string(client.UID()) {
		return grants.Code{}, errCode
	}
	redirectURI := form.Get("redirect_uri")
	// With PKCE, the verifier shows that the client that redeems the code began the request,
	// which is all that the redirect URI is for (OAuth 2.1 section 10.2).
	if redirectURI == "" && code.RedirectSent && code.Challenge == nil {
		return grants.Code{}, httpx.BadRequest(httpx.CodeInvalidGrant, "Parameter 'redirect_uri' is missing: the authorization request had one, and no code_challenge.")
	}
	if redirectURI != "" && !code.IsFor(redirectURI) {
		return grants.Code{}, httpx.BadRequest(httpx.CodeInvalidGrant, "The redirect_uri differs from that of the authorization request.")
	}
	if !code.Confirmation.Met(request.Proved) {
		return grants.Code{}, errNotHeld
	}
	return code, proved(client, code, form.Get("code_verifier"))
}

// begin returns what a verified code gives. Its Grant is not yet stored.
func (a *AuthorizationCode) begin(ctx context.Context, request Request, code grants.Code) (tokens.Content, error) {
	client, form, now := request.Client, request.Form, a.Now()
	if !now.Before(code.ExpiresAt) {
		return tokens.Content{}, errCode
	}
	set, err := a.Keys.Current()
	if err != nil {
		return tokens.Content{}, httpx.Unavailable(err)
	}
	granted, all := client.Granted(code.Scopes, code.Audiences)
	if !all || !sendable(client, code, form.Get("redirect_uri")) {
		return tokens.Content{}, errNotCovered
	}
	audiences := consents.Names(granted.Audiences)
	narrowed, err := narrowedAudiences(client, audiences, form)
	if err != nil {
		return tokens.Content{}, err
	}
	refreshes := mayRefresh(client, code)
	g := grants.Begin(grants.Grant{
		ClientID: client.GetID(), Root: set.Root(), Scopes: granted.Scopes, Audiences: granted.Audiences, Confirmation: refreshBinding(request),
	}, code, lifetimes(client, refreshes), now)
	user, err := stillAuthorized(ctx, a.Verifier, client, g, code.Login, code.IssuedAt)
	if err != nil {
		return tokens.Content{}, err
	}
	if !client.Admitted(audiences, user.Username, user.Groups) {
		return tokens.Content{}, errNotAuthorized
	}
	granted.Offline = code.Offline && refreshes
	switch {
	case code.Remembered:
		consent, err := a.Consents.Find(ctx, code.Subject, code.ClientUID)
		if err != nil {
			return tokens.Content{}, httpx.Unavailable(err)
		}
		if !consent.Backs(granted, code.IssuedAt, now) {
			return tokens.Content{}, errNotAuthorized
		}
	case granted.Offline && !code.Refreshes:
		return tokens.Content{}, errNotCovered
	}
	return tokens.Content{
		Scopes: client.ScopesAt(granted, narrowed), Audiences: narrowed, Grant: g, User: user, Nonce: code.Nonce, WithoutRefresh: !refreshes,
	}, nil
}

// mayRefresh reports whether a code gives a refresh token. The document of a client without an
// OAuthClient is not read for a token request: what it said when the user was asked is valid.
func mayRefresh(client *clients.Client, code grants.Code) bool {
	return client.May(typeRefreshToken) && (code.Refreshes || !client.Virtual())
}

// sendable reports whether the address that a code was sent to is still one of the
// client's. Where the redemption leaves it out, the code knows a digest of it, which says
// nothing where any port will do.
func sendable(client *clients.Client, code grants.Code, redirectURI string) bool {
	if client.Virtual() {
		// Its document, which is not read for a token request, had the address when the code
		// was issued.
		return true
	}
	if redirectURI != "" {
		return client.Redirects(redirectURI)
	}
	return slices.ContainsFunc(client.GetRedirectURIs(), func(uri string) bool { return code.IsFor(uri) || clients.IsLoopback(uri) })
}

// commit creates the Grant. That there is one already means that the code was used: what
// was issued for it first ends. A code for which there is no room is not used up.
func (a *AuthorizationCode) commit(ctx context.Context, code grants.Code, g *grants.Grant) error {
	if err := a.Capacity.Grant(g.ClientUID, g.Subject); err != nil {
		return a.end(ctx, code, err)
	}
	err := a.Grants.Create(ctx, g, a.Now())
	if errors.Is(err, grants.ErrUsed) {
		return a.end(ctx, code, errCode)
	}
	return httpx.UnavailableIf(err)
}

// end ends the Grant of a code if it was made from the code, and returns what the request is
// then refused with.
func (a *AuthorizationCode) end(ctx context.Context, code grants.Code, refusal error) error {
	if err := a.Grants.EndReplayed(ctx, code); err != nil {
		return httpx.Unavailable(err)
	}
	return refusal
}

var (
	// errCode does not tell why a code is not valid.
	errCode = httpx.BadRequest(httpx.CodeInvalidGrant, "The authorization code is invalid, expired, used or was issued to another client.")

	// errNotCovered is for a client that was narrowed after the code was issued, or that
	// may refresh since then, which the user was not asked for.
	errNotCovered = httpx.BadRequest(httpx.CodeInvalidGrant, "The client's registration no longer covers the scopes, audiences or redirect URI of this code, or lets the client refresh since then.")
)
