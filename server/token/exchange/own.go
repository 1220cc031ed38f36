package exchange

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/storage/grants"
	"github.com/grantor-dev/grantor/server/subjects"
	"github.com/grantor-dev/grantor/server/tokens"
)

// ofAccessToken returns the subject of an access token of this server that has not expired.
func (g *Grant) ofAccessToken(ctx context.Context, client *clients.Client, claims *tokens.AccessClaims) (*subject, error) {
	own := claims.ClientID == client.GetID() && client.Is(claims.ClientUID)
	switch {
	case !own && !slices.Contains(claims.Audience, client.GetID()) && !client.Introspects(claims.Audience):
		return nil, errForeign
	case !tokens.Lists(client, first(claims), claims.ClientID):
		return nil, errNotListed
	}
	s := told(claims, own)
	if claims.Grant == "" {
		owner, _, err := g.Owner(ctx, claims)
		if owner == nil {
			return nil, orRefused(err)
		}
	} else {
		authorization, err := g.Authorized(ctx, claims)
		if authorization == nil {
			return nil, orRefused(err)
		}
		if err := g.signedIn(ctx, authorization.Grant); err != nil {
			return nil, err
		}
		s.grant, s.user = authorization.Grant, authorization.User
	}
	var err error
	s.scopes, err = g.CurrentScopes(claims, s.grant)
	return s, err
}

// first returns the client of the first token of a chain; "" for none.
func first(claims *tokens.AccessClaims) string {
	if claims.Exchanges == 0 {
		return claims.ClientID
	}
	return claims.Hops[0].ClientID
}

// signedIn refuses whatever a refresh of the Grant would be refused, because an exchange also
// gives new access.
func (g *Grant) signedIn(ctx context.Context, of *grants.Grant) error {
	_, ok, err := g.SignedIn(ctx, of)
	if err != nil || !ok {
		return orRefused(err)
	}
	return nil
}

// told returns what an access token itself says about its subject.
func told(claims *tokens.AccessClaims, own bool) *subject {
	s := &subject{
		sub: claims.Subject, client: claims.ClientID, own: own, audiences: claims.Audience,
		actor: claims.Actor, hops: append(slices.Clone(claims.Hops), claims.Hop()), from: claims.From, began: claims.FirstIssued(),
		bound: claims.Confirmation != grants.Confirmation{}, confirmation: claims.Confirmation, until: time.Unix(claims.ExpiresAt, 0),
	}
	// A user's own token ends with the Grant.
	if claims.Grant == "" || claims.Exchanges > 0 {
		s.from = append(slices.Clone(claims.From), claims.ID)
	}
	return s
}

// idClaims are the claims of an ID token that matter here.
type idClaims struct {
	issuer, subject, audience, grant string
	issuedAt, expiresAt              int64
}

// readID reads an ID token. It compares names exactly, since an OAuthClient can define claims
// with similar names.
func readID(payload []byte) (claims idClaims, ok bool) {
	members := map[string]json.RawMessage{}
	if json.Unmarshal(payload, &members) != nil {
		return claims, false
	}
	for name, into := range map[string]any{
		"iss": &claims.issuer, "sub": &claims.subject, "aud": &claims.audience, "grant_id": &claims.grant,
		"iat": &claims.issuedAt, "exp": &claims.expiresAt,
	} {
		if json.Unmarshal(members[name], into) != nil {
			return claims, false
		}
	}
	return claims, claims.grant != ""
}

// ofIDToken returns the subject of an ID token of the client itself. It says who the user is
// but grants nothing, so it has no scopes, and gives access for no longer than an access token
// that was issued at the same time.
func (g *Grant) ofIDToken(ctx context.Context, client *clients.Client, text string) (*subject, error) {
	set, err := g.Keys.Current()
	if err != nil {
		return nil, httpx.Unavailable(err)
	}
	payload, err := set.Verify(keys.TypeIDToken, text)
	if err != nil {
		return nil, errSubject
	}
	claims, ok := readID(payload)
	issued := time.Unix(claims.issuedAt, 0)
	until := time.Unix(min(claims.expiresAt, issued.Add(client.AccessLifetime(nil)).Unix()), 0)
	if !ok || claims.issuer != g.Issuer() || claims.audience != client.GetID() || !g.Now().Before(until) {
		return nil, errSubject
	}
	if !client.Exchange().Client(client.GetID()) {
		return nil, errNotListed
	}
	authorization, err := g.OfGrant(ctx, claims.grant)
	if authorization == nil {
		return nil, orRefused(err)
	}
	if authorization.Client.GetID() != client.GetID() || !subjects.Is(set, client, claims.subject, authorization.Grant.Subject) {
		return nil, errSubject
	}
	if err := g.signedIn(ctx, authorization.Grant); err != nil {
		return nil, err
	}
	audiences := []string{client.GetID()}
	return &subject{
		grant: authorization.Grant, user: authorization.User, client: client.GetID(), own: true, audiences: audiences,
		hops:  []tokens.Hop{{ClientID: client.GetID(), ClientUID: string(client.UID()), Audience: audiences}},
		began: issued, until: until,
	}, nil
}
