package oidc

import (
	"context"
	"errors"
	"fmt"
	"maps"
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
