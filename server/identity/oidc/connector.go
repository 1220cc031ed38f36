package oidc

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
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

// Connector speaks with one OpenID provider.
type Connector struct {
	Options
	metadata metadataCache
}

var _ upstream.Redirecting = (*Connector)(nil)

// New returns a Connector. It calls nobody.
func New(options Options) *Connector { return &Connector{Options: options} }

// AuthorizationURL implements upstream.Redirecting (OpenID Connect Core 1.0 section 3.1.2.1).
func (c *Connector) AuthorizationURL(ctx context.Context, request upstream.Request) (string, error) {
	m, err := c.discover(ctx)
	if err != nil {
		return "", err
	}
	at, err := url.Parse(m.AuthorizationEndpoint)
	if err != nil {
		return "", errMetadata
	}
	query := at.Query()
	for name, value := range c.Spec.OIDC.Parameters {
		query.Set(name, string(value))
	}
	sum := sha256.Sum256([]byte(request.Verifier))
	for name, value := range map[string]string{
		"response_type": "code", "client_id": c.Spec.OIDC.ClientID, "redirect_uri": request.RedirectURI,
		"scope": strings.Join(c.scopes(m), " "), "state": request.State, "nonce": request.Nonce,
		"code_challenge": base64.RawURLEncoding.EncodeToString(sum[:]), "code_challenge_method": "S256",
	} {
		query.Set(name, value)
	}
	if request.Login {
		// max_age makes auth_time required in the answer (section 2).
		query.Set("prompt", "login")
		query.Set("max_age", "0")
	}
	if request.LoginHint != "" {
		query.Set("login_hint", request.LoginHint)
	}
	at.RawQuery = query.Encode()
	return at.String(), nil
}

// scopes returns the scopes that are asked for.
func (c *Connector) scopes(m *metadata) []string {
	scopes := []string{"openid"}
	more := c.Spec.OIDC.Scopes
	if len(more) == 0 {
		more = []string{"profile", "email"}
		if slices.Contains(m.Scopes, "offline_access") {
			more = append(more, "offline_access")
		}
	}
	for _, scope := range more {
		if !slices.Contains(scopes, scope) {
			scopes = append(scopes, scope)
		}
	}
	return scopes
}

// Redeem implements upstream.Redirecting.
func (c *Connector) Redeem(ctx context.Context, code string, request upstream.Request) (upstream.Account, error) {
	m, err := c.discover(ctx)
	if err != nil {
		return upstream.Account{}, err
	}
	got, err := c.token(ctx, m, url.Values{
		"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {request.RedirectURI}, "code_verifier": {request.Verifier},
	})
	if refused, ok := errors.AsType[*oauth2.RetrieveError](err); ok && refused.ErrorCode == "invalid_grant" {
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

// fresh checks that a user who had to sign in anew did.
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

// signingOut is how long a user who signs out waits for metadata.
const signingOut = 2 * time.Second

// LogoutURL returns where a user signs out of the provider (OpenID Connect RP-Initiated Logout
// 1.0 section 2), empty if nowhere is known. It reads the metadata if that takes no long time.
func (c *Connector) LogoutURL(ctx context.Context, idToken string) string {
	soon, cancel := context.WithTimeout(ctx, signingOut)
	defer cancel()
	m, err := c.discover(soon)
	if err != nil {
		m = c.metadata.known()
	}
	if m == nil || m.EndSessionEndpoint == "" {
		return ""
	}
	at, err := url.Parse(m.EndSessionEndpoint)
	if err != nil {
		return ""
	}
	query := at.Query()
	query.Set("client_id", c.Spec.OIDC.ClientID)
	if idToken != "" {
		query.Set("id_token_hint", idToken)
	}
	at.RawQuery = query.Encode()
	return at.String()
}

// tokens are an answer of the token endpoint.
type tokens struct {
	AccessToken, TokenType, RefreshToken, IDToken string
}

// token asks the token endpoint.
func (c *Connector) token(ctx context.Context, m *metadata, form url.Values) (*tokens, error) {
	config := &oauth2.Config{
		ClientID: c.Spec.OIDC.ClientID, ClientSecret: c.Secret,
		Endpoint: oauth2.Endpoint{TokenURL: m.TokenEndpoint, AuthStyle: c.style(m)}, RedirectURL: form.Get("redirect_uri"),
	}
	ctx = context.WithValue(ctx, oauth2.HTTPClient, c.HTTP)
	var got *oauth2.Token
	var err error
	if form.Get("grant_type") == "refresh_token" {
		got, err = config.TokenSource(ctx, &oauth2.Token{RefreshToken: form.Get("refresh_token")}).Token()
	} else {
		got, err = config.Exchange(ctx, form.Get("code"), oauth2.SetAuthURLParam("code_verifier", form.Get("code_verifier")))
	}
	if err != nil {
		return nil, withoutURL(err)
	}
	out := &tokens{AccessToken: got.AccessToken, TokenType: got.TokenType, RefreshToken: got.RefreshToken}
	out.IDToken, _ = got.Extra("id_token").(string)
	return out, nil
}

// style is how the client authenticates at the token endpoint.
func (c *Connector) style(m *metadata) oauth2.AuthStyle {
	switch c.Spec.OIDC.ClientAuthentication {
	case oauthv1alpha1.TokenClientSecretPost:
		return oauth2.AuthStyleInParams
	case oauthv1alpha1.TokenClientSecretBasic:
		return oauth2.AuthStyleInHeader
	}
	if c.Secret == "" || len(m.TokenAuthMethods) > 0 && !slices.Contains(m.TokenAuthMethods, "client_secret_basic") {
		return oauth2.AuthStyleInParams
	}
	return oauth2.AuthStyleInHeader
}

// refusal is an error of the provider without what it sent, which can have tokens in it.
type refusal struct {
	*oauth2.RetrieveError
	text string
}

func (r *refusal) Error() string { return r.text }
func (r *refusal) Unwrap() error { return r.RetrieveError }

// withoutURL returns an error of a call that says nothing that is secret.
func withoutURL(err error) error {
	if said, ok := errors.AsType[*oauth2.RetrieveError](err); ok {
		text := "the token endpoint refuses"
		if said.Response != nil {
			text = fmt.Sprintf("the token endpoint answers %d", said.Response.StatusCode)
		}
		if known := slices.Sorted(maps.Keys(errorCodes)); slices.Contains(known, said.ErrorCode) {
			text += ": " + said.ErrorCode
		}
		if said.Response != nil && (said.Response.StatusCode >= http.StatusInternalServerError || said.Response.StatusCode == http.StatusTooManyRequests) {
			return upstream.Away(&refusal{said, text})
		}
		return &refusal{said, text}
	}
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		return upstream.Away(fmt.Errorf("call the provider: %w", wrapped.Err))
	}
	return errors.New("the token endpoint answers what cannot be read")
}

// errorCodes are those that may be shown: what else a provider sends can be anything.
var errorCodes = map[string]bool{
	"invalid_request": true, "invalid_client": true, "invalid_grant": true, "unauthorized_client": true, "unsupported_grant_type": true,
	"invalid_scope": true, "server_error": true, "temporarily_unavailable": true, "interaction_required": true, "login_required": true,
	"consent_required": true, "access_denied": true,
}
