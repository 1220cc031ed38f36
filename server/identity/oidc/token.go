package oidc

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"golang.org/x/oauth2"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/server/identity/upstream"
)

// tokens are an answer of the token endpoint.
type tokens struct {
	AccessToken, TokenType, RefreshToken, IDToken string
}

// exchange redeems a code.
func (c *Connector) exchange(ctx context.Context, m *metadata, code string, request upstream.Request) (*tokens, error) {
	config := c.client(m)
	config.RedirectURL = request.RedirectURI
	return answered(config.Exchange(c.through(ctx), code, oauth2.VerifierOption(request.Verifier)))
}

// refresh redeems a refresh token.
func (c *Connector) refresh(ctx context.Context, m *metadata, token string) (*tokens, error) {
	return answered(c.client(m).TokenSource(c.through(ctx), &oauth2.Token{RefreshToken: token}).Token())
}

func (c *Connector) client(m *metadata) *oauth2.Config {
	return &oauth2.Config{
		ClientID: c.Spec.OIDC.ClientID, ClientSecret: c.Secret, Endpoint: oauth2.Endpoint{TokenURL: m.TokenEndpoint, AuthStyle: c.style(m)},
	}
}

// through makes the library send its requests as all others are sent.
func (c *Connector) through(ctx context.Context) context.Context {
	return context.WithValue(ctx, oauth2.HTTPClient, c.HTTP)
}

// answered returns what a token endpoint answered.
func answered(got *oauth2.Token, err error) (*tokens, error) {
	if err != nil {
		return nil, refused(err)
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

// refused returns why a token endpoint gave no tokens.
func refused(err error) error {
	said, ok := errors.AsType[*oauth2.RetrieveError](err)
	if !ok {
		return unreached(err, errors.New("the token endpoint answers what cannot be read"))
	}
	text, status := "the token endpoint refuses", 0
	if said.Response != nil {
		status = said.Response.StatusCode
		text = fmt.Sprintf("the token endpoint answers %d", status)
	}
	if errorCodes[said.ErrorCode] {
		text += ": " + said.ErrorCode
	}
	if status >= http.StatusInternalServerError || status == http.StatusTooManyRequests {
		return upstream.Away(&refusal{said, text})
	}
	return &refusal{said, text}
}

// unreached returns the error of a request that had no answer, without the URL, and another one
// for any other error.
func unreached(err, other error) error {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		return upstream.Away(fmt.Errorf("call the provider: %w", wrapped.Err))
	}
	return other
}

// errorCodes are those that may be shown: what else a provider sends can be anything.
var errorCodes = map[string]bool{
	"invalid_request": true, "invalid_client": true, "invalid_grant": true, "unauthorized_client": true, "unsupported_grant_type": true,
	"invalid_scope": true, "server_error": true, "temporarily_unavailable": true, "interaction_required": true, "login_required": true,
	"consent_required": true, "access_denied": true,
}
