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
	"github.com/grantor-dev/grantor/server/tokens"
)

// ofAccessToken returns the subject of an access token of this server that has not expired.
func (g *Grant) ofAccessToken(ctx context.Context, client *clients.Client, claims *tokens.AccessClaims) (*subject, error) {
	own := claims.ClientID == client.GetID() && client.Is(claims.ClientUID)
	switch {
	case !own && !slices.Contains(claims.Audience, client.GetID()) && !client.Introspects(claims.Audience):
		return nil, errForeign
	case !client.Exchange().Client(claims.ClientID):
		return nil, errNotListed
	}
	s := told(claims, own)
	var owner *clients.Client
	if claims.Grant != "" {
		authorization, err := g.Authorized(ctx, claims)
		if authorization == nil {
			return nil, orRefused(err)
		}
		owner, s.grant, s.user = authorization.Client, authorization.Grant, authorization.User
	} else {
		var err error
		if owner, err = g.Owner(ctx, claims); owner == nil {
			return nil, orRefused(err)
		}
	}
	s.scopes = tokens.CurrentScopes(owner, tokens.Scopes(claims.Scope), claims.Audience)
	return s, nil
}

// told returns what an access token itself tells of its subject.
func told(claims *tokens.AccessClaims, own bool) *subject {
	s := &subject{
		sub: claims.Subject, uid: claims.SubjectUID, client: claims.ClientID, own: own, audiences: claims.Audience,
		actor: claims.Actor, exchanges: claims.Exchanges, from: claims.From,
		bound: claims.Confirmation != grants.Confirmation{}, confirmation: claims.Confirmation, until: time.Unix(claims.ExpiresAt, 0),
	}
	if claims.Grant == "" && claims.Exchanges == 0 {
		s.uid = claims.ClientUID
	}
	// A user's own token ends with the Grant.
	if claims.Grant == "" || claims.Exchanges > 0 {
		s.from = append(slices.Clone(claims.From), claims.ID)
	}
	return s
}

// idClaims are what counts of an ID token.
type idClaims struct {
	Issuer    string `json:"iss"`
	Audience  string `json:"aud"`
	ExpiresAt int64  `json:"exp"`
	Grant     string `json:"grant_id"`
}

// ofIDToken returns the subject of an ID token of the client itself. It says who the user is
// and grants nothing, so it has no scopes.
func (g *Grant) ofIDToken(ctx context.Context, client *clients.Client, text string) (*subject, error) {
	set, err := g.Keys.Current()
	if err != nil {
		return nil, httpx.Unavailable(err)
	}
	var claims idClaims
	payload, err := set.Verify(keys.TypeIDToken, text)
	if err != nil || json.Unmarshal(payload, &claims) != nil || claims.Issuer != g.Issuer() ||
		claims.Audience != client.GetID() || g.Now().Unix() >= claims.ExpiresAt || claims.Grant == "" {
		return nil, errSubject
	}
	if !client.Exchange().Client(client.GetID()) {
		return nil, errNotListed
	}
	authorization, err := g.OfGrant(ctx, claims.Grant)
	if authorization == nil {
		return nil, orRefused(err)
	}
	if authorization.Client.GetID() != client.GetID() {
		return nil, errSubject
	}
	return &subject{
		grant: authorization.Grant, user: authorization.User, client: client.GetID(), own: true,
		audiences: []string{client.GetID()}, until: time.Unix(claims.ExpiresAt, 0),
	}, nil
}
