package oidc

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	oidclib "github.com/coreos/go-oidc/v3/oidc"
)

// logoutEvent is the member of events of a logout token.
const logoutEvent = "http://schemas.openid.net/event/backchannel-logout"

// Logout is what a logout token says.
type Logout struct {
	// Subject is the ID of the user, Session the sid; one of them can be empty.
	Subject, Session string
	// IssuedAt is when the provider said so.
	IssuedAt time.Time
}

// logoutAge is how old a logout token may be.
const logoutAge = 2 * time.Minute

// maxTokenID is the length of a jti, in bytes.
const maxTokenID = 512

// ErrLogoutToken says that a text is not a logout token for this server. It does not say why,
// because anyone can send a text.
var ErrLogoutToken = errors.New("not a logout token for this server")

// Logout verifies a logout token (OpenID Connect Back-Channel Logout 1.0 section 2.6). It
// returns ErrLogoutToken. It first checks everything that needs no keys, so that few texts of
// strangers cost more.
func (c *Connector) Logout(ctx context.Context, text string) (Logout, error) {
	if len(text) > maxIDToken || !typed(text) || !c.plausible(text) {
		return Logout{}, ErrLogoutToken
	}
	m, err := c.discover(ctx)
	if err != nil {
		return Logout{}, err
	}
	verifier := oidclib.NewVerifier(m.Issuer, m.keys, &oidclib.Config{
		ClientID: c.Spec.OIDC.ClientID, SupportedSigningAlgs: m.Algorithms, SkipExpiryCheck: true, Now: c.Now,
	})
	token, err := verifier.Verify(oidclib.ClientContext(ctx, c.HTTP), text)
	switch {
	case err != nil && strings.Contains(err.Error(), errKeys.Error()):
		return Logout{}, errKeys
	case err != nil:
		return Logout{}, ErrLogoutToken
	}
	var claims struct {
		Session string `json:"sid"`
	}
	if token.Claims(&claims) != nil {
		return Logout{}, ErrLogoutToken
	}
	return Logout{Subject: token.Subject, Session: claims.Session, IssuedAt: token.IssuedAt}, nil
}

// plausible reports whether a JWT has the claims of a logout token of the provider for this
// server. It does not look at the signature.
func (c *Connector) plausible(text string) bool {
	var claims struct {
		Issuer   string                     `json:"iss"`
		Audience json.RawMessage            `json:"aud"`
		IssuedAt float64                    `json:"iat"`
		ID       string                     `json:"jti"`
		Subject  string                     `json:"sub"`
		Session  string                     `json:"sid"`
		Nonce    json.RawMessage            `json:"nonce"`
		Events   map[string]json.RawMessage `json:"events"`
		Expires  *float64                   `json:"exp"`
	}
	_, rest, _ := strings.Cut(text, ".")
	payload, _, signed := strings.Cut(rest, ".")
	if !signed || !decode(payload, &claims) {
		return false
	}
	now, issued := c.Now(), time.Unix(int64(claims.IssuedAt), 0)
	switch {
	case claims.Issuer != string(c.Spec.OIDC.Issuer), !names(claims.Audience, c.Spec.OIDC.ClientID),
		!object(claims.Events[logoutEvent]), claims.Nonce != nil, claims.ID == "", len(claims.ID) > maxTokenID,
		claims.Subject == "" && claims.Session == "",
		claims.Expires != nil && !now.Add(-skew).Before(time.Unix(int64(*claims.Expires), 0)),
		issued.After(now.Add(skew)), now.Sub(issued) > logoutAge:
		return false
	}
	return true
}

// names reports whether an aud names a client.
func names(audience json.RawMessage, client string) bool {
	var one string
	if json.Unmarshal(audience, &one) == nil {
		return one == client
	}
	var several []string
	return json.Unmarshal(audience, &several) == nil && slices.Contains(several, client)
}

func object(raw json.RawMessage) bool {
	var members map[string]json.RawMessage
	return json.Unmarshal(raw, &members) == nil && members != nil
}

// typed reports whether a JWT has a type that logout tokens have (section 2.4). An ID token
// must not be one.
func typed(text string) bool {
	header, _, _ := strings.Cut(text, ".")
	var h struct {
		Type string `json:"typ"`
	}
	return decode(header, &h) && slices.Contains([]string{"", "jwt", "logout+jwt"}, strings.ToLower(h.Type))
}
