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

// authorizationCode is the handler of the grant of the same name (RFC 6749 section
// 4.1.3). fosite's own revokes on a replay before it checks who asks, lets a wrong
// verifier burn the challenge, and stores before it signs.
type authorizationCode struct{ p *Provider }

var _ fosite.TokenEndpointHandler = (*authorizationCode)(nil)

func (a *authorizationCode) grantType() string { return "authorization_code" }

// CanHandleTokenEndpointRequest implements fosite.TokenEndpointHandler.
func (a *authorizationCode) CanHandleTokenEndpointRequest(_ context.Context, request fosite.AccessRequester) bool {
	return request.GetRequestForm().Get("grant_type") == a.grantType()
}

// CanSkipClientAuth implements fosite.TokenEndpointHandler.
func (a *authorizationCode) CanSkipClientAuth(context.Context, fosite.AccessRequester) bool {
	return false
}

// HandleTokenEndpointRequest implements fosite.TokenEndpointHandler. Until the
// request is verified it changes nothing; from then on, whatever is wrong ends the
// Grant of the code, if the code was used.
func (a *authorizationCode) HandleTokenEndpointRequest(ctx context.Context, request fosite.AccessRequester) error {
	client, s, err := sessionOf(request)
	if err != nil {
		return err
	}
	code, err := a.verified(client, request)
	if err != nil {
		return err
	}
	s.grant, err = a.begin(ctx, client, s, code, request.GetRequestForm().Get("redirect_uri"))
	if err != nil {
		if refusal, ok := errors.AsType[*httpx.Error](err); ok && refusal.Code == httpx.CodeInvalidGrant {
			return errors.Join(a.p.endReplayed(ctx, code.Grant), err)
		}
		return err
	}
	grant(request, s.grant.Scopes, s.grant.Audiences)
	s.nonce = code.Nonce
	s.commit = func(ctx context.Context) error { return a.commit(ctx, s.grant) }
	return nil
}

// verified returns what the code of a request says, once the request has proved that
// it comes from whom the code was issued to.
func (a *authorizationCode) verified(client *clients.Client, request fosite.AccessRequester) (grants.Code, error) {
	form := request.GetRequestForm()
	if !client.May(oauthv1alpha1.GrantAuthorizationCode) {
		return grants.Code{}, errGrantNotAllowed
	}
	if form.Get("code") == "" {
		return grants.Code{}, httpx.BadRequest(httpx.CodeInvalidRequest, "Parameter 'code' is missing.")
	}
	set, err := a.p.Keys.Current()
	if err != nil {
		return grants.Code{}, httpx.Unavailable(err)
	}
	code, err := grants.OpenCode(set, a.p.Issuer(), form.Get("code"))
	if err != nil || code.ClientUID != string(client.UID()) {
		return grants.Code{}, errCode
	}
	redirectURI := form.Get("redirect_uri")
	// With PKCE, the verifier shows that who redeems the code began the request, which is
	// all that the redirect URI is for (OAuth 2.1 section 10.2).
	if redirectURI == "" && code.RedirectSent && code.Challenge == nil {
		return grants.Code{}, httpx.BadRequest(httpx.CodeInvalidGrant, "Parameter 'redirect_uri' is missing: the authorization request had one, and no code_challenge.")
	}
	if redirectURI != "" && !code.IsFor(redirectURI) {
		return grants.Code{}, httpx.BadRequest(httpx.CodeInvalidGrant, "The redirect_uri differs from that of the authorization request.")
	}
	return code, a.proved(client, code, form.Get("code_verifier"))
}

// proved checks PKCE (RFC 7636 section 4.6). A verifier without a challenge is
// refused, too: somebody may have removed the challenge on its way (RFC 9700 section
// 2.1.1).
func (a *authorizationCode) proved(client *clients.Client, code grants.Code, verifier string) error {
	switch {
	case code.Challenge == nil && verifier != "":
		return httpx.BadRequest(httpx.CodeInvalidGrant, "The authorization request had no code_challenge.")
	case code.Challenge == nil && client.NeedsChallenge(code.Nonced()):
		return httpx.BadRequest(httpx.CodeInvalidGrant, "The authorization request had no code_challenge, which spec.pkce of the OAuthClient requires now.")
	case code.Challenge != nil && verifier == "":
		return httpx.BadRequest(httpx.CodeInvalidGrant, "Parameter 'code_verifier' is missing.")
	case code.Challenge != nil && !grants.IsVerifier(verifier):
		return httpx.BadRequest(httpx.CodeInvalidGrant, "The code_verifier must have 43 to 128 of the characters A-Z a-z 0-9 - . _ ~ (RFC 7636 section 4.1).")
	case code.Challenge != nil && !code.Proves(verifier):
		return httpx.BadRequest(httpx.CodeInvalidGrant, "The code_verifier does not match the code_challenge.")
	}
	return nil
}

// begin returns the Grant that a verified code gives, not yet stored.
func (a *authorizationCode) begin(
	ctx context.Context, client *clients.Client, s *session, code grants.Code, redirectURI string,
) (*grants.Grant, error) {
	now := a.p.Now()
	if !now.Before(code.ExpiresAt) {
		return nil, errCode
	}
	set, err := a.p.Keys.Current()
	if err != nil {
		return nil, httpx.Unavailable(err)
	}
	g := grants.Grant{ClientID: client.GetID(), Root: set.Root()}
	scopes, allScopes := grants.Find(code.Scopes, client.GetScopes())
	audiences, allAudiences := grants.Find(code.Audiences, client.GetAudience())
	if !allScopes || !allAudiences || !sendable(client, code, redirectURI) {
		return nil, httpx.BadRequest(httpx.CodeInvalidGrant, "The client may not have any more what was authorized, or not where it was sent.")
	}
	g.Scopes, g.Audiences = scopes, audiences
	begun := grants.Begin(g, code, lifetimes(client), now)
	person, err := a.p.standing(ctx, client, begun, code.IssuedAt)
	if err != nil {
		return nil, err
	}
	if person == nil {
		return nil, errNotStanding
	}
	s.person = person
	until, ok, err := a.p.loggedIn(ctx, code.Login, code.Subject)
	if err != nil || !ok {
		return nil, orError(err, errNotStanding)
	}
	keep(begun, client, until)
	if code.Remembered {
		consent, err := a.p.Consents.Find(ctx, code.Subject, code.ClientUID)
		if err != nil {
			return nil, httpx.Unavailable(err)
		}
		if !consent.Backs(scopes, code.IssuedAt, now) {
			return nil, errNotStanding
		}
	}
	return begun, nil
}

// sendable reports whether the address that a code was sent to is still one of the
// client's. Where the redemption leaves it out, the code knows a digest of it, which says
// nothing where any port will do.
func sendable(client *clients.Client, code grants.Code, redirectURI string) bool {
	if redirectURI != "" {
		return client.Redirects(redirectURI)
	}
	return slices.ContainsFunc(client.GetRedirectURIs(), func(uri string) bool { return code.IsFor(uri) || clients.IsLoopback(uri) })
}

// commit creates the Grant. That there is one already means that the code was used:
// whoever used it first may not keep what they got.
func (a *authorizationCode) commit(ctx context.Context, g *grants.Grant) error {
	if !a.p.Takes(g.ClientUID) {
		return orError(a.p.endReplayed(ctx, g.Name), errFull)
	}
	err := a.p.Grants.Create(ctx, g, a.p.Now())
	if errors.Is(err, grants.ErrUsed) {
		return orError(a.p.endReplayed(ctx, g.Name), errCode)
	}
	if err != nil {
		return httpx.Unavailable(err)
	}
	return nil
}

// endReplayed ends the Grant of a code that was presented once more.
func (p *Provider) endReplayed(ctx context.Context, name string) error {
	if err := p.Grants.Revoke(ctx, name); err != nil {
		return httpx.Unavailable(err)
	}
	return nil
}

// PopulateTokenEndpointResponse implements fosite.TokenEndpointHandler.
func (a *authorizationCode) PopulateTokenEndpointResponse(ctx context.Context, request fosite.AccessRequester, response fosite.AccessResponder) error {
	if !a.CanHandleTokenEndpointRequest(ctx, request) {
		return fosite.ErrUnknownRequest
	}
	return a.p.populate(request, response)
}

// errCode does not tell why a code is not valid.
var errCode = httpx.BadRequest(httpx.CodeInvalidGrant, "The authorization code is invalid, expired, used or was issued to another client.")

// errNotStanding does not tell who withdrew.
var errNotStanding = httpx.BadRequest(httpx.CodeInvalidGrant, "What was authorized does not count any more; ask the person again.")

// orError returns err, or otherwise if that is nil.
func orError(err error, otherwise *httpx.Error) error {
	if err != nil {
		return err
	}
	return otherwise
}
