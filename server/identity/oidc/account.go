package oidc

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/base64url"
	"github.com/grantor-dev/grantor/server/identity/upstream"
)

const (
	// maxIDTokenHint is the length of an ID token that is kept for signing out, maxRefresh that of a
	// refresh token, in bytes.
	maxIDTokenHint, maxRefresh = 4 << 10, 8 << 10
	// maxText is the length of a claim that is taken over, in bytes.
	maxText = 1024
	// maxSubject is the length of a sub, in bytes (OpenID Connect Core 1.0 section 2).
	maxSubject = 255
)

// taken are the claims that are taken over besides those that an Account has fields for.
var taken = []string{
	"given_name", "family_name", "middle_name", "nickname", "profile", "picture", "website", "gender", "birthdate", "zoneinfo", "locale",
}

// account returns what the provider says about a user: the claims of the ID token, and those of
// the UserInfo endpoint if the ID token lacks some. before is the previous account.
func (c *Connector) account(ctx context.Context, m *metadata, claims map[string]any, got *tokens, before upstream.Account) (upstream.Account, error) {
	subject := text(claims, "sub")
	if c.lacks(claims) && m.UserinfoEndpoint != "" && c.Spec.OIDC.UserInfo != oauthv1alpha1.UserInfoNever {
		more, err := c.userinfo(ctx, m, got, subject)
		if err != nil {
			return upstream.Account{}, err
		}
		for name, value := range more {
			if _, known := claims[name]; !known {
				claims[name] = value
			}
		}
	}
	a := upstream.Account{
		ID: subject, Username: c.username(claims), DisplayName: text(claims, "name"), Email: text(claims, "email"),
		EmailVerified: verified(claims["email_verified"]), Groups: texts(claims[c.groupsClaim()]),
		AMR: texts(claims["amr"]), ACR: text(claims, "acr"), AuthTime: authTime(claims),
		RefreshToken: cmp.Or(got.RefreshToken, before.RefreshToken), Session: cmp.Or(text(claims, "sid"), before.Session), IDToken: before.IDToken,
	}
	if a.HostedDomain = text(claims, "hd"); got.IDToken == "" {
		a.HostedDomain = cmp.Or(a.HostedDomain, before.HostedDomain)
	}
	if a.AMR == nil && a.ACR == "" {
		a.AMR, a.ACR = before.AMR, before.ACR
	}
	if len(got.IDToken) <= maxIDTokenHint && got.IDToken != "" {
		a.IDToken = got.IDToken
	}
	if len(a.RefreshToken) > maxRefresh {
		a.RefreshToken = ""
	}
	a.Claims = further(claims)
	return a, nil
}

// further returns the claims that are taken over besides, nil for none.
func further(claims map[string]any) map[string]any {
	var out map[string]any
	for _, name := range taken {
		if value := text(claims, name); value != "" {
			if out == nil {
				out = map[string]any{}
			}
			out[name] = value
		}
	}
	return out
}

// lacks reports whether the claims lack one that the provider was asked for.
func (c *Connector) lacks(claims map[string]any) bool {
	wanted := []string{cmp.Or(string(c.Spec.Claims.Username), "preferred_username"), "email"}
	if c.Spec.Claims.Groups != nil || c.Spec.Admit != nil && len(c.Spec.Admit.Groups) > 0 {
		wanted = append(wanted, c.groupsClaim())
	}
	return slices.ContainsFunc(wanted, func(name string) bool { return claims[name] == nil })
}

func (c *Connector) groupsClaim() string {
	if c.Spec.Claims.Groups == nil {
		return "groups"
	}
	return cmp.Or(string(c.Spec.Claims.Groups.From), "groups")
}

// username returns the claim that spec.claims.username names, or its default. An address that is
// not verified is not used, because users can write any.
func (c *Connector) username(claims map[string]any) string {
	if name := string(c.Spec.Claims.Username); name != "" && name != claimEmail {
		return text(claims, name)
	}
	if name := text(claims, "preferred_username"); name != "" && c.Spec.Claims.Username != claimEmail {
		return name
	}
	if verified(claims["email_verified"]) || c.Spec.Claims.EmailVerified == oauthv1alpha1.EmailVerifiedTrust {
		return text(claims, claimEmail)
	}
	return ""
}

const claimEmail = "email"

// text returns a claim that is a text, without what is too long to be one.
func text(claims map[string]any, name string) string {
	value, _ := claims[name].(string)
	if len(value) > maxText {
		return ""
	}
	return value
}

// texts returns a claim that is a list of texts, or one.
func texts(claim any) []string {
	switch value := claim.(type) {
	case string:
		if value == "" {
			return nil
		}
		return []string{value}
	case []any:
		var out []string
		for _, member := range value {
			if one, ok := member.(string); ok && one != "" && len(one) <= maxText {
				out = append(out, one)
			}
		}
		return out
	}
	return nil
}

// verified reads email_verified, which some providers send as a text.
func verified(claim any) bool {
	switch value := claim.(type) {
	case bool:
		return value
	case string:
		return strings.EqualFold(value, "true")
	}
	return false
}

func decode(part string, into any) bool {
	raw, err := base64url.Decode(part)
	return err == nil && json.Unmarshal(raw, into) == nil
}
