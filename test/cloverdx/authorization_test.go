package cloverdx

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/test/installation"
)

func TestAuthorization(t *testing.T) {
	t.Run("X8 PKCE is optional", func(t *testing.T) {
		c := register(t, withoutPKCE)
		for _, use := range []bool{false, true} {
			c.UsePKCE = use
			c.authorize(t, browser(t))
			works(t, c)
		}
		strict := register(t)
		strict.UsePKCE = false
		if s := strict.visit(t, browser(t), strict.request("s", ""), "allow"); s.answer.Query().Get("error") != "invalid_request" {
			t.Errorf("without pkce: Optional the answer is %q", s.answer.Query().Get("error"))
		}
	})
	t.Run("X9 prompt=consent", func(t *testing.T) { consent(t) })
	t.Run("X10 authorized again, any number of times", func(t *testing.T) {
		c, v := register(t), browser(t)
		var earlier []connection
		for range 5 {
			c.authorize(t, v)
			earlier = append(earlier, *c)
		}
		for _, one := range earlier {
			one.ahead = 25 * time.Hour
			works(t, &one)
		}
	})
	t.Run("X14 an embedded browser", func(t *testing.T) {
		s := register(t).authorize(t, browser(t))
		if len(s.pages) != 2 {
			t.Fatalf("there were %d pages", len(s.pages))
		}
		for _, page := range s.pages {
			if policy := page.Header.Get("Content-Security-Policy"); strings.Contains(page.Body, "<script") || !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "script-src") {
				t.Errorf("%s runs scripts: %s", page.URL.Path, policy)
			}
		}
	})
	t.Run("X16 the user denies", func(t *testing.T) {
		c := register(t)
		_, challenge := installation.Verifier()
		s := c.visit(t, browser(t), c.request("s", challenge), "deny")
		if q := s.answer.Query(); q.Get("error") != "access_denied" || q.Get("state") != "s" || q.Has("code") {
			t.Errorf("the answer has error %q", q.Get("error"))
		}
	})
	t.Run("X18 access is limited by the scopes", func(t *testing.T) {
		c := register(t)
		_, challenge := installation.Verifier()
		c.Scopes = "profile unknown"
		if s := c.visit(t, browser(t), c.request("s", challenge), "allow"); s.answer.Query().Get("error") != "invalid_scope" {
			t.Errorf("another scope is answered with error %q", s.answer.Query().Get("error"))
		}
		c.Scopes = "profile"
		c.authorize(t, browser(t))
		if answer := installation.Userinfo(t, shared.Grantor(t).Issuer, c.tokens.AccessToken); answer.Status == http.StatusOK && answer.JSON["email"] != nil {
			t.Error("the API tells more than the scope covers")
		}
	})
}

// consent authorizes with and without "Always prompt consent": users are asked again or not,
// and a refresh token comes in any case.
func consent(t *testing.T) {
	c, v := register(t), browser(t)
	for n, prompt := range []bool{true, true, false, true} {
		c.AlwaysPromptConsent = prompt
		s := c.authorize(t, v)
		if s.consent != prompt || s.signIn != (n == 0) {
			t.Errorf("authorization %d: asked %t, signed in %t", n, s.consent, s.signIn)
		}
		if c.tokens.RefreshToken == "" {
			t.Errorf("authorization %d gave no refresh token", n)
		}
	}
}
