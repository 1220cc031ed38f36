package people

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// webapp is an ordinary web application as the documentation of its libraries has it.
type webapp struct {
	config   oauth2.Config
	provider *oidc.Provider
	// state, nonce and verifier are of the one request that is under way.
	state, nonce, verifier string
}

func (a *webapp) signIn(w http.ResponseWriter, r *http.Request) {
	a.state, a.nonce, a.verifier = rand.Text(), rand.Text(), oauth2.GenerateVerifier()
	http.Redirect(w, r, a.config.AuthCodeURL(a.state, oidc.Nonce(a.nonce), oauth2.S256ChallengeOption(a.verifier)), http.StatusFound)
}

func (a *webapp) callback(w http.ResponseWriter, r *http.Request) {
	if r.FormValue("state") != a.state {
		http.Error(w, "state", http.StatusBadRequest)
		return
	}
	said, err := a.welcome(r.Context(), r.FormValue("code"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	_ = json.NewEncoder(w).Encode(said)
}

// welcome returns what the application learns of a person.
func (a *webapp) welcome(ctx context.Context, code string) (map[string]any, error) {
	token, err := a.config.Exchange(ctx, code, oauth2.VerifierOption(a.verifier))
	if err != nil {
		return nil, err
	}
	raw, _ := token.Extra("id_token").(string)
	idToken, err := a.provider.Verifier(&oidc.Config{ClientID: a.config.ClientID}).Verify(ctx, raw)
	if err != nil {
		return nil, err
	}
	info, err := a.provider.UserInfo(ctx, oauth2.StaticTokenSource(token))
	if err != nil {
		return nil, err
	}
	// A source that has nothing but a refresh token refreshes at once.
	next, err := a.config.TokenSource(ctx, &oauth2.Token{RefreshToken: token.RefreshToken}).Token()
	if err != nil {
		return nil, err
	}
	return map[string]any{
		"subject": idToken.Subject, "same": idToken.Subject == info.Subject, "nonce": idToken.Nonce == a.nonce,
		"email": info.Email, "verified": info.EmailVerified, "rotated": next.RefreshToken != token.RefreshToken,
	}, nil
}

// golang.org/x/oauth2 and github.com/coreos/go-oidc work without special cases.
func TestGoWebApplication(t *testing.T) {
	t.Parallel()
	g, mux := grantor(t), http.NewServeMux()
	site := httptest.NewServer(mux)
	defer site.Close()
	app := newApp(t, func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.RedirectURIs = []oauthv1alpha1.RedirectURI{"http://127.0.0.1/callback"}
	})
	provider, err := oidc.NewProvider(t.Context(), g.Issuer)
	if err != nil {
		t.Fatal(err)
	}
	a := &webapp{provider: provider, config: oauth2.Config{
		ClientID: app.ID, ClientSecret: app.Secret, Endpoint: provider.Endpoint(), RedirectURL: site.URL + "/callback", Scopes: []string{"openid", "email"},
	}}
	mux.HandleFunc("/", a.signIn)
	mux.HandleFunc("/callback", a.callback)

	v := installation.NewVisitor(http.DefaultTransport, g.Issuer, site.URL)
	view := v.SignIn(t, v.Get(t, site.URL), "alice", "alice-password")
	view = v.Decide(t, view, "allow")
	var said map[string]any
	if err := json.Unmarshal([]byte(view.Body), &said); err != nil {
		t.Fatalf("the application says %d %s", view.Status, view.Body)
	}
	if !strings.HasPrefix(text(said["subject"]), "local:") || said["same"] != true || said["nonce"] != true || said["email"] != "alice@example.com" || said["verified"] != true || said["rotated"] != true {
		t.Errorf("the application learns %v", said)
	}
}
