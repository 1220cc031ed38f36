package modoauth2

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// newApp creates an application that signs people in, with tokens of a format that
// Apache, which is a client of its own in the same namespace, may ask about.
func newApp(t *testing.T, namespace string, format oauthv1alpha1.AccessTokenFormat, audience string) installation.App {
	t.Helper()
	return shared.Grantor(t).NewApp(t, installation.Application(namespace, "app", func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.Tokens.AccessToken.Format = format
		c.Spec.Audiences = []oauthv1alpha1.Audience{oauthv1alpha1.Audience(audience)}
	}))
}

// newServer creates the client that Apache is.
func newServer(t *testing.T, namespace string, method oauthv1alpha1.AuthenticationMethod) installation.App {
	t.Helper()
	return shared.Grantor(t).NewApp(t, installation.Service(namespace, "apache", func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.Authentication.Method = method
	}))
}

// forged returns a token with another signature, or seal.
func forged(token string) string {
	end := len(token) - 10
	swap := map[bool]string{true: "B", false: "A"}
	return token[:end] + swap[token[end] == 'A'] + token[end+1:]
}

func TestApacheAsksAboutTokens(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		format oauthv1alpha1.AccessTokenFormat
		method oauthv1alpha1.AuthenticationMethod
	}{
		"JWTs, with client_secret_basic":         {oauthv1alpha1.AccessTokenJWT, oauthv1alpha1.AuthenticationBasic},
		"opaque tokens, with client_secret_post": {oauthv1alpha1.AccessTokenOpaque, oauthv1alpha1.AuthenticationPost},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g, namespace := shared.Grantor(t), shared.Namespace(t)
			server := newServer(t, namespace, test.method)
			app := newApp(t, namespace, test.format, server.ID)
			a := newApache(t, g.Issuer, server, string(test.method))
			v := installation.NewVisitor(http.DefaultTransport, g.Issuer)
			tokens := app.Tokens(t, v, "alice", url.Values{"audience": {server.ID}})
			token, _ := tokens["access_token"].(string)

			got := a.ask(t, "/introspected", token)
			if got.status != http.StatusOK || !strings.HasPrefix(got.person, "local:") {
				t.Fatalf("a valid token: %s", got)
			}
			for what, other := range map[string]string{"no token": "", "a forged token": forged(token), "nonsense": "nonsense"} {
				if got := a.ask(t, "/introspected", other); got.status != http.StatusUnauthorized || !strings.HasPrefix(got.challenge, "Bearer") {
					t.Errorf("%s: %s", what, got)
				}
			}
			// The module forgets at the end of a second.
			if got := installation.Post(t, g.Issuer+"/revoke", app.ID, app.Secret, url.Values{"token": {token}}); got.Status != http.StatusOK {
				t.Fatalf("/revoke answers %d %s", got.Status, got.Body)
			}
			installation.Eventually(t, 3*time.Second, func() bool {
				got = a.ask(t, "/introspected", token)
				return got.status == http.StatusUnauthorized
			}, func() string { return "refusal of a revoked token: " + got.String() })
		})
	}
}

func TestApacheVerifiesJWTs(t *testing.T) {
	t.Parallel()
	g, namespace := shared.Grantor(t), shared.Namespace(t)
	server := newServer(t, namespace, oauthv1alpha1.AuthenticationBasic)
	app := newApp(t, namespace, oauthv1alpha1.AccessTokenJWT, server.ID)
	a := newApache(t, g.Issuer, server, "client_secret_basic")
	v := installation.NewVisitor(http.DefaultTransport, g.Issuer)
	tokens := app.Tokens(t, v, "bob", url.Values{"audience": {server.ID}})
	token, _ := tokens["access_token"].(string)
	if got := a.ask(t, "/verified", token); got.status != http.StatusOK || !strings.HasPrefix(got.person, "local:") {
		t.Errorf("a valid token: %s", got)
	}
	for what, other := range map[string]string{"no token": "", "a forged token": forged(token), "nonsense": "nonsense"} {
		if got := a.ask(t, "/verified", other); got.status != http.StatusUnauthorized {
			t.Errorf("%s: %s", what, got)
		}
	}
}
