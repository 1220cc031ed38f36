//go:build e2e

package e2e

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/grantor-dev/grantor/test/nodejs"
)

// wiki is an application of people; it runs outside.
const wiki = `apiVersion: oauth.grantor.dev/v1alpha1
kind: OAuthClient
metadata:
  name: wiki
  namespace: shop
spec:
  displayName: Wiki
  redirectURIs: [%q]
  scopes: [openid, profile, email]
`

// signIn lets Chromium reach the Service through the node's proxy, and a library
// that others wrote redeem what comes back.
func (s *story) signIn(t *testing.T) {
	application := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		received := map[string]string{"method": r.Method}
		for name := range r.URL.Query() {
			received[name] = r.URL.Query().Get(name)
		}
		text, _ := json.Marshal(received)
		_, _ = fmt.Fprintf(w, `<!doctype html><html lang="en"><title>Wiki</title><link rel="icon" href="data:,"><pre id="received">%s</pre>`, text)
	}))
	t.Cleanup(application.Close)
	redirect := application.URL + "/callback"
	s.kubectl(t, "apply", "-f", "config/samples/dev/oauthusers.yaml")
	s.applyText(t, fmt.Sprintf(wiki, redirect))
	s.kubectl(t, "wait", "-n", "shop", "oauthclient/wiki", "--for=condition=Ready", "--timeout=1m")

	ctx := context.WithValue(oidc.ClientContext(t.Context(), s.inside()), oauth2.HTTPClient, s.inside())
	provider, err := oidc.NewProvider(ctx, s.secret(t, "wiki-oauth", "issuer"))
	if err != nil {
		t.Fatal(err)
	}
	config := oauth2.Config{
		ClientID: s.secret(t, "wiki-oauth", "client_id"), ClientSecret: s.secret(t, "wiki-oauth", "client_secret"),
		Endpoint: provider.Endpoint(), RedirectURL: redirect, Scopes: []string{oidc.ScopeOpenID, "profile", "email"},
	}
	verifier := oauth2.GenerateVerifier()
	answer := s.visit(t, config.AuthCodeURL("one", oauth2.S256ChallengeOption(verifier)), config.AuthCodeURL("two", oauth2.S256ChallengeOption(verifier)), redirect)
	if answer["state"] != "one" || answer["iss"] != issuer {
		t.Fatalf("the application was told %v", answer)
	}
	tokens, err := config.Exchange(ctx, answer["code"], oauth2.VerifierOption(verifier))
	if err != nil {
		t.Fatal(err)
	}
	raw, _ := tokens.Extra("id_token").(string)
	token, err := provider.Verifier(&oidc.Config{ClientID: config.ClientID}).Verify(ctx, raw)
	if err != nil {
		t.Fatal(err)
	}
	var claims struct{ Email string }
	if err := token.Claims(&claims); err != nil || claims.Email != "alice@example.com" {
		t.Errorf("the ID token is of %q (%v)", claims.Email, err)
	}
}

// visit plays alice, who signs in and agrees, and returns what the application was
// told.
func (s *story) visit(t *testing.T, first, second, redirect string) map[string]string {
	t.Helper()
	var played struct {
		First, Second struct{ Answer map[string]string }
	}
	complaints := nodejs.Play(t, "allow", map[string]any{
		"issuer": issuer, "authorizeURL": first, "otherAuthorizeURL": second, "redirectURI": redirect,
		"username": "alice", "password": "alice-password",
		// The authority is the test's own. Loopback is not asked of a proxy.
	}, &played, "--proxy-server="+s.about.Proxy, "--ignore-certificate-errors")
	if len(complaints) > 0 {
		t.Errorf("the browser complains: %v", complaints)
	}
	if played.Second.Answer["state"] != "two" {
		t.Errorf("the second time the application was told %v", played.Second.Answer)
	}
	return played.First.Answer
}

// secret returns an entry of a Secret in namespace shop.
func (s *story) secret(t testing.TB, name, key string) string {
	t.Helper()
	encoded := s.kubectl(t, "get", "secret", "-n", "shop", name, "-o", "jsonpath={.data."+key+"}")
	value, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil || len(value) == 0 {
		t.Fatalf("Secret %s has no %s: %v", name, key, err)
	}
	return string(value)
}
