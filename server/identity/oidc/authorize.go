package oidc

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/grantor-dev/grantor/server/identity/upstream"
)

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
