package tokens

import (
	"slices"
	"strings"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/storage/grants"
	"github.com/grantor-dev/grantor/server/subjects"
)

// Maker makes tokens.
type Maker struct {
	// Issuer returns the issuer URL, which can change while the server runs.
	Issuer func() string
	Keys   *keys.Store
	Now    func() time.Time
}

// Content is what tokens are to say.
type Content struct {
	Scopes, Audiences []string
	// Grant is what the user authorized, and User who that is; nil for a client's own
	// token.
	Grant *grants.Grant
	User  *identity.Person
	// Confirmation is what the access token is bound to.
	Confirmation grants.Confirmation
	// Nonce goes into the ID token.
	Nonce string
	// WithoutRefresh leaves the refresh token out, although the client may refresh.
	WithoutRefresh bool
	// Exchanged is what is kept of the token that was exchanged; nil for other grants. There
	// is only an access token then.
	Exchanged *Exchanged
}

// Tokens are what a token request is answered with. Refresh and ID are empty where there
// is none.
type Tokens struct {
	Access, Refresh, ID string
	// Lifetime is that of the access token.
	Lifetime time.Duration
}

// Make makes the tokens of a client. It stores nothing. It returns an httpx.Error.
func (m *Maker) Make(client *clients.Client, content Content) (Tokens, error) {
	set, err := m.Keys.Current()
	if err != nil {
		return Tokens{}, httpx.Unavailable(err)
	}
	made := Tokens{Lifetime: client.AccessLifetime(content.Audiences)}
	if content.Exchanged != nil {
		made.Lifetime = content.Exchanged.lifetime(made.Lifetime, m.Now())
		made.Access, err = m.access(set, client, content, "")
		return made, err
	}
	if content.Grant == nil {
		made.Access, err = m.access(set, client, content, client.GetID())
		return made, err
	}
	sub, err := subjects.For(set, client, content.Grant.Subject)
	if err != nil {
		return Tokens{}, httpx.Unavailable(err)
	}
	if made.Access, err = m.access(set, client, content, sub); err != nil {
		return Tokens{}, err
	}
	if client.May(string(oauthv1alpha1.GrantRefreshToken)) && !content.WithoutRefresh {
		made.Refresh = content.Grant.RefreshToken(set, m.Issuer())
	}
	if slices.Contains(content.Scopes, grants.ScopeOpenID) {
		made.ID, err = m.id(set, client, content, sub, made.Access)
	}
	return made, err
}

// access makes an access token.
func (m *Maker) access(set *keys.Set, client *clients.Client, content Content, sub string) (string, error) {
	now, issuer := m.Now(), m.Issuer()
	claims := AccessClaims{
		Issuer:    issuer,
		Subject:   sub,
		Audience:  content.Audiences,
		ClientID:  client.GetID(),
		ClientUID: string(client.UID()),
		Scope:     strings.Join(content.Scopes, " "),
		IssuedAt:  now.Unix(),
		ExpiresAt: now.Add(client.AccessLifetime(content.Audiences)).Unix(),
		ID:        NewID(),

		OfResource:   client.OfResource(content.Audiences),
		Confirmation: content.Confirmation,
	}
	if content.Grant != nil {
		claims.Grant = content.Grant.Name
		if at, known := content.Grant.SignedIn(); known {
			claims.AuthTime = at.Unix()
		}
		if class := identity.ACR(content.Grant.AMR); class == identity.ACRSecondFactor {
			claims.ACR = class
		}
	}
	if x := content.Exchanged; x != nil {
		x.fill(&claims)
		claims.ExpiresAt = now.Add(x.lifetime(client.AccessLifetime(content.Audiences), now)).Unix()
	}
	if len(claims.Audience) == 0 {
		claims.Audience = []string{issuer}
	}
	return Mint(set, client.Tokens().AccessFormat, claims)
}
