package oidc

import (
	"context"
	"errors"
	"net/url"
	"slices"

	"golang.org/x/oauth2"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/server/identity/upstream"
)

// Asks reports whether the provider can be asked again about an account.
func (c *Connector) Asks(known upstream.Account) bool { return known.RefreshToken != "" }

// Again implements upstream.Connector: by a refresh request (OpenID Connect Core 1.0 section 12).
func (c *Connector) Again(ctx context.Context, known upstream.Account) (upstream.Account, error) {
	if known.RefreshToken == "" {
		return upstream.Account{}, upstream.ErrGone
	}
	m, err := c.discover(ctx)
	if err != nil {
		return upstream.Account{}, err
	}
	got, err := c.token(ctx, m, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {known.RefreshToken}})
	if refused, ok := errors.AsType[*oauth2.RetrieveError](err); ok && slices.Contains(gone, refused.ErrorCode) {
		return upstream.Account{}, upstream.ErrGone
	}
	if err != nil {
		return upstream.Account{}, err
	}
	spent := known
	if got.RefreshToken != "" {
		spent.RefreshToken = got.RefreshToken
	}
	claims := map[string]any{"sub": known.ID}
	if got.IDToken != "" {
		if claims, err = c.verify(ctx, m, got.IDToken, got.AccessToken); err != nil {
			return spent, err
		}
		if claims["sub"] != known.ID {
			// Section 12.2: it must be the same user.
			return spent, upstream.ErrGone
		}
	} else if m.UserinfoEndpoint == "" || c.Spec.OIDC.UserInfo == oauthv1alpha1.UserInfoNever {
		// It says nothing new of the user.
		return spent, nil
	}
	account, err := c.account(ctx, m, claims, got, spent)
	if err != nil {
		return spent, err
	}
	return account, nil
}

// gone are the refusals of a refresh token (RFC 6749 section 5.2; OpenID Connect Core 1.0 section
// 3.1.2.6) that say that the user has to sign in again, if at all.
var gone = []string{"invalid_grant", "interaction_required", "login_required", "consent_required", "access_denied"}
