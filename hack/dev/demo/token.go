package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

func (d *demo) fetchToken(ctx context.Context) (_ string, err error) {
	config := clientcredentials.Config{
		ClientID:     string(d.secret[keyClientID]),
		ClientSecret: string(d.secret[keyClientSecret]),
		TokenURL:     string(d.secret[keyTokenEndpoint]),
		AuthStyle:    oauth2.AuthStyleInHeader,
	}
	if d.token, err = config.Token(context.WithValue(ctx, oauth2.HTTPClient, d.http)); err != nil {
		return "", fmt.Errorf("client credentials grant at %s: %w", config.TokenURL, err)
	}
	return fmt.Sprintf("%s, expires in %s", d.token.Type(), time.Until(d.token.Expiry).Round(time.Second)), nil
}

// verify checks the access token as a resource server does that has only the
// issuer's URL: discovery, keys, signature, issuer, audience and times.
func (d *demo) verify(ctx context.Context) (string, error) {
	ctx = oidc.ClientContext(ctx, d.http)
	provider, err := oidc.NewProvider(ctx, string(d.secret[keyIssuer]))
	if err != nil {
		return "", fmt.Errorf("discover the issuer: %w", err)
	}
	if _, err := provider.Verifier(&oidc.Config{ClientID: d.Issuer}).Verify(ctx, d.token.AccessToken); err != nil {
		return "", fmt.Errorf("verify the access token: %w", err)
	}
	return "signature, issuer, audience and times are good (coreos/go-oidc)", nil
}

func (d *demo) showClaims() {
	if claims, err := claimsOf(d.token.AccessToken); err == nil {
		d.Out.Detailf("%s", claims)
	}
}

// introspect asks the server as a resource server does that cannot check
// signatures, or wants to know about revocation.
func (d *demo) introspect(ctx context.Context) (string, error) {
	form := url.Values{"token": {d.token.AccessToken}}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost,
		string(d.secret[keyIntrospection]), strings.NewReader(form.Encode()))
	if err != nil {
		return "", fmt.Errorf("ask the introspection endpoint: %w", err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	// RFC 6749 section 2.3.1: form-encoded before they are joined.
	request.SetBasicAuth(url.QueryEscape(string(d.secret[keyClientID])), url.QueryEscape(string(d.secret[keyClientSecret])))
	response, err := d.http.Do(request)
	if err != nil {
		return "", fmt.Errorf("ask the introspection endpoint: %w", err)
	}
	defer func() { _ = response.Body.Close() }()
	var answer struct {
		Active   bool   `json:"active"`
		ClientID string `json:"client_id"`
	}
	if response.StatusCode != http.StatusOK {
		return "", fmt.Errorf("ask the introspection endpoint: it answers %s", response.Status)
	}
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		return "", fmt.Errorf("read the introspection: %w", err)
	}
	if !answer.Active {
		return "", fmt.Errorf("the introspection says that the token is not active")
	}
	return fmt.Sprintf("active=%t, client_id=%s", answer.Active, answer.ClientID), nil
}
