package oidc

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	oidclib "github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/grantor-dev/grantor/server/identity/upstream"
)

// maxIDToken is the length of the longest ID token, in bytes.
const maxIDToken = 32 << 10

// verify returns the claims of an ID token (OpenID Connect Core 1.0 section 3.1.3.7). The
// access token is that which came with it.
func (c *Connector) verify(ctx context.Context, m *metadata, text, accessToken string) (map[string]any, error) {
	if len(text) > maxIDToken {
		return nil, errors.New("the ID token is too long")
	}
	now := c.Now
	verifier := oidclib.NewVerifier(m.Issuer, m.keys, &oidclib.Config{
		ClientID: c.Spec.OIDC.ClientID, SupportedSigningAlgs: m.Algorithms, Now: func() time.Time { return now().Add(-skew) },
	})
	token, err := verifier.Verify(oidclib.ClientContext(ctx, c.HTTP), text)
	if err != nil {
		return nil, tokenError(err)
	}
	claims := map[string]any{}
	if err := token.Claims(&claims); err != nil {
		return nil, errors.New("the claims of the ID token cannot be read")
	}
	switch {
	case token.Subject == "":
		return nil, errors.New("the ID token has no sub")
	case len(token.Subject) > maxSubject:
		return nil, errors.New("the sub of the ID token is too long (OpenID Connect Core 1.0 section 2)")
	case token.IssuedAt.After(now().Add(skew)):
		return nil, errors.New("the ID token was issued in the future")
	case len(token.Audience) > 1 && claims["azp"] != c.Spec.OIDC.ClientID, claims["azp"] != nil && claims["azp"] != c.Spec.OIDC.ClientID:
		return nil, errors.New("the ID token is for another client (azp)")
	}
	if token.AccessTokenHash != "" && token.VerifyAccessToken(accessToken) != nil {
		return nil, errors.New("the ID token is of another access token (at_hash)")
	}
	return claims, nil
}

// tokenError says what is wrong with an ID token, without the text of the library, which can
// contain its claims.
func tokenError(err error) error {
	if _, expired := errors.AsType[*oidclib.TokenExpiredError](err); expired {
		return errors.New("the ID token has expired")
	}
	text := err.Error()
	if strings.Contains(text, errKeys.Error()) {
		return upstream.Away(errKeys)
	}
	for _, known := range []struct{ said, means string }{
		{"different provider", "the ID token is of another issuer"},
		{"expected audience", "the ID token is for another client (aud)"},
		{"unsupported algorithm", "the ID token is signed with an algorithm that the provider does not list"},
		{"failed to verify signature", "the signature of the ID token is wrong"},
		{"before the nbf", "the ID token is not valid yet"},
	} {
		if strings.Contains(text, known.said) {
			return errors.New(known.means)
		}
	}
	return errors.New("the ID token cannot be read")
}

// userinfo returns the claims of the UserInfo endpoint, whose sub must be that of the ID token
// (section 5.3.2).
func (c *Connector) userinfo(ctx context.Context, m *metadata, got *tokens, subject string) (map[string]any, error) {
	if !strings.EqualFold((&oauth2.Token{TokenType: got.TokenType}).Type(), "bearer") {
		return nil, errors.New("the access token is not one of type Bearer")
	}
	body, err := c.get(ctx, m.UserinfoEndpoint, got.AccessToken)
	if err != nil {
		return nil, err
	}
	claims := map[string]any{}
	if json.Unmarshal(body, &claims) != nil {
		return nil, errors.New("the UserInfo endpoint answers no JSON object")
	}
	if claims["sub"] != subject {
		return nil, errors.New("the UserInfo endpoint answers about another user")
	}
	return claims, nil
}
