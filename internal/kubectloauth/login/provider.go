package login

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/grantor-dev/grantor/internal/check"
	"github.com/grantor-dev/grantor/internal/kubectloauth/cache"
)

// provider is an issuer, as it describes itself.
type provider struct {
	// ctx carries the HTTP client, as golang.org/x/oauth2 and go-oidc want it.
	ctx      context.Context
	config   *oauth2.Config
	verifier *oidc.IDTokenVerifier
	// sendsIssuer says that responses name the issuer (RFC 9207).
	sendsIssuer bool
}

func (c *command) discover(ctx context.Context) (*provider, error) {
	http, err := c.reach.Client(c.issuer, "")
	if err != nil {
		return nil, err
	}
	ctx = oidc.ClientContext(ctx, http)
	found, err := oidc.NewProvider(ctx, c.issuer)
	if err != nil {
		return nil, fmt.Errorf("discovery: %w", err)
	}
	var more struct {
		SendsIssuer bool `json:"authorization_response_iss_parameter_supported"`
	}
	if err := found.Claims(&more); err != nil {
		return nil, fmt.Errorf("discovery: %w", err)
	}
	endpoint := found.Endpoint()
	// A client without credentials only names itself.
	endpoint.AuthStyle = oauth2.AuthStyleInParams
	return &provider{
		ctx: ctx, sendsIssuer: more.SendsIssuer, verifier: found.Verifier(&oidc.Config{ClientID: c.clientID}),
		config: &oauth2.Config{ClientID: c.clientID, Endpoint: endpoint, Scopes: c.scopes},
	}, nil
}

// tokens verifies what the token endpoint answered. A nonce is expected unless it is empty.
func (p *provider) tokens(answer *oauth2.Token, err error, nonce string) (cache.Tokens, error) {
	if err != nil {
		return cache.Tokens{}, check.Refusal(err)
	}
	tokens := cache.Tokens{AccessToken: answer.AccessToken, AccessTokenExpiry: answer.Expiry, RefreshToken: answer.RefreshToken}
	raw, ok := answer.Extra("id_token").(string)
	if !ok {
		return tokens, nil
	}
	verified, err := p.verifier.Verify(p.ctx, raw)
	if err != nil {
		return cache.Tokens{}, fmt.Errorf("the ID token is not valid: %w", err)
	}
	if nonce != "" && verified.Nonce != nonce {
		return cache.Tokens{}, errors.New("the ID token is of another request")
	}
	if verified.AccessTokenHash != "" && verified.VerifyAccessToken(answer.AccessToken) != nil {
		return cache.Tokens{}, errors.New("the ID token is of another access token")
	}
	tokens.IDToken, tokens.IDTokenExpiry, tokens.Subject = raw, verified.Expiry, verified.Subject
	return tokens, nil
}

// audience is the parameter of an authorization request for audiences.
func (c *command) audience() []oauth2.AuthCodeOption {
	if len(c.audiences) == 0 {
		return nil
	}
	return []oauth2.AuthCodeOption{oauth2.SetAuthURLParam("audience", strings.Join(c.audiences, " "))}
}
