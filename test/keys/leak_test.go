package keys

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"testing"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// The whole key Secret leaked, and all keys are revoked that can be replaced: what they
// vouched for is void within seconds, and every client secret stays.
func TestAllKeysAreRevoked(t *testing.T) {
	g := grantor(t)
	app := g.NewApp(t, installation.Application(shared.Namespace(t), "app"))
	v := installation.NewVisitor(http.DefaultTransport, g.Issuer)
	tokens := app.Tokens(t, v, "alice", url.Values{"scope": {"openid offline_access read"}})
	refresh, _ := tokens["refresh_token"].(string)
	access, _ := tokens["access_token"].(string)
	var revoked []oauthv1alpha1.KeyID
	for _, key := range server(t, g).Status.Keys {
		if key.Use != oauthv1alpha1.KeyUsePairwise {
			revoked = append(revoked, oauthv1alpha1.KeyID(key.ID))
		}
	}
	g.ChangeServer(t, func(s *oauthv1alpha1.OAuthServer) { s.Spec.Keys.Revoked = revoked })
	installation.Eventually(t, 30*time.Second, func() bool {
		left := 0
		for _, key := range server(t, g).Status.Keys {
			// Peppers stay until all clients have moved and replicas have heard of it.
			if key.Use != oauthv1alpha1.KeyUsePepper && slices.Contains(revoked, oauthv1alpha1.KeyID(key.ID)) {
				left++
			}
		}
		return left == 0
	}, func() string {
		text, _ := json.Marshal(server(t, g).Status)
		return "status without the revoked keys; it is " + string(text)
	})
	for _, replica := range g.Servers {
		elsewhere := app
		elsewhere.Issuer = replica.Options().URL
		installation.Eventually(t, 5*time.Second, func() bool {
			answer := elsewhere.Refresh(t, refresh, nil)
			return answer.Status == http.StatusBadRequest && answer.Code() == "invalid_grant"
		}, func() string { return "refusal of a refresh token from before" })
		if active(t, app, elsewhere.Issuer, access) {
			t.Error("an access token from before counts")
		}
	}
	// The same client secret, and a person who has to sign in again.
	if again := app.Tokens(t, v, "alice", url.Values{"scope": {"openid read"}}); again["access_token"] == nil {
		t.Error("nobody can sign in")
	}
}

// A revoked signing key ends the tokens that it signed, and no session: the refresh
// token gives others.
func TestARevokedSigningKeyEndsNoSession(t *testing.T) {
	g := grantor(t)
	app := g.NewApp(t, installation.Application(shared.Namespace(t), "app"))
	tokens := app.Tokens(t, installation.NewVisitor(http.DefaultTransport, g.Issuer), "alice", url.Values{"scope": {"openid read"}})
	refresh, _ := tokens["refresh_token"].(string)
	access, _ := tokens["access_token"].(string)
	revoked := kid(t, access)
	g.ChangeServer(t, func(s *oauthv1alpha1.OAuthServer) {
		s.Spec.Keys.Revoked = []oauthv1alpha1.KeyID{oauthv1alpha1.KeyID(revoked)}
	})
	for _, replica := range g.Servers {
		installation.Eventually(t, 30*time.Second, func() bool { return !active(t, app, replica.Options().URL, access) },
			func() string { return "refusal of a token of the revoked key" })
	}
	again := app.Refresh(t, refresh, nil)
	next, _ := again.JSON["access_token"].(string)
	if again.Status != http.StatusOK || kid(t, next) == revoked {
		t.Fatalf("a refresh answers %d %s", again.Status, again.Body)
	}
	for _, replica := range g.Servers {
		if !active(t, app, replica.Options().URL, next) {
			t.Error("an access token of the next key does not count")
		}
	}
}
