package oidc

import (
	"context"
	"crypto/subtle"
	"errors"
	"net/http"
	"time"

	"golang.org/x/oauth2"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/server/identity/upstream"
)

// Options are what a Connector needs.
type Options struct {
	// Spec is what the OAuthIdentityProvider says; it is an OpenID provider.
	Spec *oauthv1alpha1.OAuthIdentityProviderSpec
	// Secret is the client secret; empty for none.
	Secret string
	// HTTP calls the provider.
	HTTP *http.Client
	// Now is the clock.
	Now func() time.Time
}

// Connector calls one OpenID provider.
type Connector struct {
	Options
	metadata metadataCache
}

var _ upstream.Redirecting = (*Connector)(nil)

// New returns a Connector. It calls nobody.
func New(options Options) *Connector { return &Connector{Options: options} }

// Redeem implements upstream.Redirecting.
func (c *Connector) Redeem(ctx context.Context, code string, request upstream.Request) (upstream.Account, error) {
	m, err := c.discover(ctx)
	if err != nil {
		return upstream.Account{}, err
	}
	got, err := c.exchange(ctx, m, code, request)
	if said, ok := errors.AsType[*oauth2.RetrieveError](err); ok && said.ErrorCode == "invalid_grant" {
		return upstream.Account{}, upstream.ErrCode
	}
	if err != nil {
		return upstream.Account{}, err
	}
	if got.IDToken == "" {
		return upstream.Account{}, errors.New("the token endpoint answers no id_token")
	}
	claims, err := c.verify(ctx, m, got.IDToken, got.AccessToken)
	if err != nil {
		return upstream.Account{}, err
	}
	if nonce, _ := claims["nonce"].(string); subtle.ConstantTimeCompare([]byte(nonce), []byte(request.Nonce)) != 1 {
		return upstream.Account{}, errors.New("the ID token has another nonce")
	}
	if err := fresh(claims, request); err != nil {
		return upstream.Account{}, err
	}
	return c.account(ctx, m, claims, got, upstream.Account{})
}

// fresh checks that a user who had to sign in again did.
func fresh(claims map[string]any, request upstream.Request) error {
	if !request.Login {
		return nil
	}
	if time.Unix(authTime(claims), 0).Before(request.Began.Add(-skew)) {
		return upstream.ErrStale
	}
	return nil
}

// authTime returns when the user signed in, in seconds since 1970; 0 if claims do not say it.
func authTime(claims map[string]any) int64 {
	at, _ := claims["auth_time"].(float64)
	if at < 0 || at > maxTime {
		return 0
	}
	return int64(at)
}

// maxTime is the last second of the year 9999, since 1970.
const maxTime = 253402300799

// CheckIssuer checks the iss of an authorization response (RFC 9207 section 2.4).
func (c *Connector) CheckIssuer(ctx context.Context, issuer string) error {
	m, err := c.discover(ctx)
	if err != nil {
		return err
	}
	if issuer != "" && issuer != m.Issuer || issuer == "" && m.IssParameter {
		return upstream.ErrMixedUp
	}
	return nil
}
