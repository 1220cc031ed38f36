package cloverdx

import (
	"net/url"
	"path/filepath"
	"testing"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

func TestTokens(t *testing.T) {
	t.Run("X11 tokens move to another environment", func(t *testing.T) {
		c := register(t)
		c.authorize(t, browser(t))
		file := filepath.Join(t.TempDir(), "reports.tokens")
		c.save(t, file)
		moved := *c
		moved.RedirectURL, moved.tokens = server, tokens{}
		moved.load(t, file)
		moved.TokenEndpoint = tokenEndpoints(t)[2]
		works(t, &moved)
		moved.ahead = 25 * time.Hour
		works(t, &moved)
	})
	t.Run("X12 refreshed automatically", func(t *testing.T) {
		c := register(t)
		c.authorize(t, browser(t))
		for range 3 {
			before := c.tokens
			c.ahead += 25 * time.Hour
			works(t, c)
			if c.tokens.AccessToken == before.AccessToken || c.tokens.RefreshToken == before.RefreshToken || c.tokens.Scope != before.Scope {
				t.Errorf("a refresh gave other scopes (%q) or nothing new", c.tokens.Scope)
			}
		}
	})
	t.Run("X13 the date of expiry without a refresh token", func(t *testing.T) {
		c := register(t, func(c *oauthv1alpha1.OAuthClient) {
			c.Spec.GrantTypes = []oauthv1alpha1.GrantType{oauthv1alpha1.GrantAuthorizationCode}
		})
		v := browser(t)
		c.authorize(t, v)
		if c.tokens.RefreshToken != "" || !c.tokens.Expires.After(time.Now()) {
			t.Errorf("a refresh token: %t, expires %s", c.tokens.RefreshToken != "", c.tokens.Expires)
		}
		c.ahead = 25 * time.Hour
		if _, err := c.accessToken(t.Context()); err == nil {
			t.Error("the connection uses an expired token")
		}
		c.authorize(t, v)
		works(t, c)
	})
	t.Run("X15 the token is sent to an API", func(t *testing.T) {
		c := register(t)
		c.authorize(t, browser(t))
		answer := installation.Post(t, shared.Grantor(t).Issuer+"/introspect", c.ClientID, c.ClientSecret, url.Values{"token": {c.tokens.AccessToken}})
		if answer.JSON["active"] != true || answer.JSON["client_id"] != c.ClientID {
			t.Errorf("introspection says %d, active: %v", answer.Status, answer.JSON["active"])
		}
	})
}
