package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// goOIDC does as go-oidc's example "userinfo" does, which sends a nonce and no challenge.
func goOIDC(ctx context.Context, s settings) (site, error) {
	provider, err := oidc.NewProvider(ctx, s.issuer)
	if err != nil {
		return site{}, err
	}
	config := oauth2.Config{
		ClientID: s.id, ClientSecret: s.secret, Endpoint: provider.Endpoint(), RedirectURL: s.redirectURI,
		Scopes: []string{oidc.ScopeOpenID, "profile", "email"},
	}
	state, nonce := oauth2.GenerateVerifier(), oauth2.GenerateVerifier()
	begin := func() (string, error) { return config.AuthCodeURL(state, oidc.Nonce(nonce)), nil }
	finish := func(r *http.Request) (p person, err error) {
		if r.FormValue("state") != state {
			return p, fmt.Errorf("the answer is %s", r.URL)
		}
		token, err := config.Exchange(ctx, r.FormValue("code"))
		if err != nil {
			return p, err
		}
		raw, _ := token.Extra("id_token").(string)
		idToken, err := provider.Verifier(&oidc.Config{ClientID: s.id}).Verify(ctx, raw)
		if err != nil {
			return p, err
		}
		if idToken.Nonce != nonce {
			return p, errors.New("another nonce")
		}
		last := token.AccessToken
		token.Expiry = time.Now()
		source := config.TokenSource(ctx, token)
		if token, err = source.Token(); err != nil {
			return p, err
		}
		info, err := provider.UserInfo(ctx, source)
		if err != nil {
			return p, err
		}
		p = person{Subject: idToken.Subject, Refreshed: token.AccessToken != last}
		return p, info.Claims(&p)
	}
	return site{redirect(begin), finished(finish)}, nil
}
