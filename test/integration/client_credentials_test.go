package integration

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2/clientcredentials"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// The main job: an OAuthClient becomes a Secret, the Secret becomes a token, and
// the token verifies with libraries that know nothing of Grantor.
func TestSecretBecomesVerifiedAccessToken(t *testing.T) {
	g := grantor(t)
	c := g.Create(t, installation.Service(namespace(t), "hello"))
	mounted := g.Secret(t, c).Data

	config := clientcredentials.Config{
		ClientID:     string(mounted["client_id"]),
		ClientSecret: string(mounted["client_secret"]),
		TokenURL:     string(mounted["token_endpoint"]),
		Scopes:       []string{"read"},
	}
	token, err := config.Token(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if left := time.Until(token.Expiry); left < 14*time.Minute || left > 15*time.Minute {
		t.Errorf("the token lives for %s, not for about 15m", left)
	}
	provider, err := oidc.NewProvider(t.Context(), string(mounted["issuer"]))
	if err != nil {
		t.Fatal(err)
	}
	verified, err := provider.VerifierContext(context.Background(), &oidc.Config{ClientID: g.Issuer}).Verify(t.Context(), token.AccessToken)
	if err != nil {
		t.Fatal(err)
	}
	if verified.Subject != c.ClientID() {
		t.Errorf("the subject is %q, not the client", verified.Subject)
	}
	introspection := g.Post(t, "/introspect", config.ClientID, config.ClientSecret, map[string][]string{"token": {token.AccessToken}})
	if introspection.Status != http.StatusOK || introspection.JSON["active"] != true || introspection.JSON["scope"] != "read" {
		t.Errorf("introspection answers %d %s", introspection.Status, introspection.Body)
	}
}

func TestOpaqueTokenIsActiveAndSaysNothing(t *testing.T) {
	g := grantor(t)
	c := g.Create(t, installation.Service(namespace(t), "opaque", func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.Tokens.AccessToken.Format = oauthv1alpha1.AccessTokenOpaque
	}))
	value := g.Value(t, c)
	answer := g.Post(t, "/token", c.ClientID(), value, installation.TokenForm("read"))
	token, _ := answer.JSON["access_token"].(string)
	if answer.Status != http.StatusOK || token == "" {
		t.Fatalf("the token endpoint answers %d %s", answer.Status, answer.Body)
	}
	introspection := g.Post(t, "/introspect", c.ClientID(), value, map[string][]string{"token": {token}})
	if introspection.JSON["active"] != true || introspection.JSON["client_id"] != c.ClientID() {
		t.Errorf("introspection answers %s", introspection.Body)
	}
}
