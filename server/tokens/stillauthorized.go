package tokens

import (
	"context"
	"errors"
	"time"

	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/storage/grants"
	"github.com/grantor-dev/grantor/server/subjects"
)

// Authorization is the client, the user and the Grant of a user's token that counts.
type Authorization struct {
	Client *clients.Client
	User   *identity.Person
	Grant  *grants.Grant
}

// StillAuthorized returns the user of a Grant if what was issued at a time is still valid
// for that user and the client and the Login of the given name, if any, has not ended, else
// nil. It also returns when the Login ends by itself.
func (v *Verifier) StillAuthorized(
	ctx context.Context, client *clients.Client, g *grants.Grant, login string, issuedAt time.Time,
) (user *identity.Person, until time.Time, err error) {
	if user, err = v.honoured(ctx, client, g, issuedAt); err != nil || user == nil {
		return nil, time.Time{}, err
	}
	until, ok, err := v.signedIn(ctx, login, g.Subject)
	if err != nil || !ok {
		return nil, time.Time{}, err
	}
	return user, until, nil
}

// honoured returns the user of a Grant if what was issued at a time is still valid for that
// user and the client, else nil. It reads nothing from storage.
//
// The user is asked about the time of the password: a replica that did not know
// sessionsNotBefore yet may have issued something later from a Login that had ended.
func (v *Verifier) honoured(ctx context.Context, client *clients.Client, g *grants.Grant, issuedAt time.Time) (*identity.Person, error) {
	user, err := v.Users.Lookup(ctx, g.Subject, g.Link)
	if err != nil {
		return nil, httpx.Unavailable(err)
	}
	if user == nil || !user.Honours(g.UserUID, g.AuthTime) || !client.Honours(g.ClientUID, issuedAt) ||
		!client.Admits(user) {
		return nil, nil //nolint:nilnil // that it does not count any more is an answer
	}
	if !client.Suffices(g.AMR) {
		// The demand is newer than the Grant: a new request has the user give a second factor.
		return nil, nil //nolint:nilnil // as above
	}
	return user, nil
}

// SignedIn reports whether a Grant can still be used to get tokens, as refreshing it can, and
// until when.
func (v *Verifier) SignedIn(ctx context.Context, g *grants.Grant) (until time.Time, ok bool, err error) {
	if !v.Now().Before(g.ExpiresAt) {
		return time.Time{}, false, nil
	}
	return v.signedIn(ctx, g.Login, g.Subject)
}

// signedIn reports whether the Login that a Grant ends with is still valid, and until when.
// A Grant that names none outlives every Login.
func (v *Verifier) signedIn(ctx context.Context, login, subject string) (until time.Time, ok bool, err error) {
	if login == "" {
		return time.Time{}, true, nil
	}
	found, err := v.Logins.Find(ctx, login, v.Now())
	if err != nil {
		return time.Time{}, false, httpx.Unavailable(err)
	}
	if found == nil || found.Subject != subject {
		return time.Time{}, false, nil
	}
	return found.ExpiresAt, true, nil
}

// resourceGone reports whether a token was issued for an OAuthResource that no longer exists. A
// client may be allowed the audience without it.
func resourceGone(client *clients.Client, claims *AccessClaims) bool {
	return claims.OfResource && !client.OfResource(claims.Audience)
}

// Owner returns the client of an access token that has not expired, nil if the token does
// not count any more, and the Grant of a user's token.
func (v *Verifier) Owner(ctx context.Context, claims *AccessClaims) (*clients.Client, *grants.Grant, error) {
	if claims.Grant != "" {
		authorization, err := v.Authorized(ctx, claims)
		if authorization == nil {
			return nil, nil, err
		}
		return authorization.Client, authorization.Grant, nil
	}
	counts, err := v.follow(claims, nil)
	if err != nil || !counts {
		return nil, nil, err
	}
	if revoked, err := v.revoked(ctx, claims); err != nil || revoked {
		return nil, nil, err
	}
	client, err := v.Clients.Client(claims.ClientID)
	return client, nil, httpx.UnavailableIf(err)
}

// Authorized returns the authorization of a user's access token, nil if the token does not
// count any more.
func (v *Verifier) Authorized(ctx context.Context, claims *AccessClaims) (*Authorization, error) {
	client, err := v.Clients.Client(claims.ClientID)
	if err != nil || client == nil {
		return nil, httpx.UnavailableIf(err)
	}
	if claims.Exchanges > 0 {
		return v.authorizedExchanged(ctx, client, claims)
	}
	g, err := v.Grants.Find(ctx, claims.Grant)
	if errors.Is(err, grants.ErrGone) || errors.Is(err, grants.ErrVoid) {
		return nil, nil //nolint:nilnil // that the token does not count is an answer
	}
	if err != nil {
		return nil, httpx.Unavailable(err)
	}
	set, err := v.Keys.Current()
	if err != nil {
		return nil, httpx.Unavailable(err)
	}
	if g.Revoked || g.ClientUID != claims.ClientUID || !subjects.Is(set, client, claims.Subject, g.Subject) {
		return nil, nil //nolint:nilnil // that the token does not count is an answer
	}
	user, err := v.honoured(ctx, client, g, g.IssuedAt)
	if err != nil || user == nil || !client.Admitted(claims.Audience, user.Username, user.Groups) || resourceGone(client, claims) {
		return nil, err
	}
	return &Authorization{Client: client, User: user, Grant: g}, nil
}
