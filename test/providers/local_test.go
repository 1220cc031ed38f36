package providers

import (
	"net/http"
	"net/url"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// TestLocalDenied: with login.local Deny no OAuthUser gets in, and who is in has nothing any
// more, except who has an account at a provider of the server. It does not run in parallel with
// others, because it shuts out everybody.
func TestLocalDenied(t *testing.T) {
	g := shared.Grantor(t)
	account := []oauthv1alpha1.UserIdentity{{Provider: "corp", ID: "1"}}
	g.CreateUser(t, "bertha")
	g.CreateUser(t, "carla", func(u *oauthv1alpha1.OAuthUser) { u.Spec.Identities = account })
	app := g.NewApp(t, installation.Application(shared.Namespace(t), "app"))
	offline := url.Values{"scope": {"openid offline_access"}}
	signIn := func(username string) (tokens map[string]any) {
		installation.Eventually(t, installation.Effective, func() bool {
			v := g.Visitor()
			view := v.Get(t, app.Issuer+"/account")
			return v.SignIn(t, view, username, username+"-password").Status < 400
		}, func() string { return "user who can sign in" })
		return app.Tokens(t, g.Visitor(), username, offline)
	}
	berthas, carlas := signIn("bertha"), signIn("carla")
	alive := func(tokens map[string]any) bool {
		for _, replica := range g.Servers {
			if installation.Userinfo(t, replica.Options().URL, tokens["access_token"].(string)).Status != http.StatusOK {
				return false
			}
		}
		return true
	}
	await := func(what string, holds func() bool) {
		t.Helper()
		installation.Eventually(t, installation.Effective, holds, func() string { return what })
	}
	r := room{installation.Room{Installation: g, Namespace: devenv.SystemNamespace}}
	corp := installation.Create(t, r.Admin, r.oidc("corp", "https://127.0.0.1:1", func(p *provider) { p.Spec.ServerName = devenv.ServerName }))
	r.await(t, corp, reasons{"Accepted": "Accepted", "CredentialsReady": "NoCredentials"})
	browsers, pages := map[string]*installation.Visitor{}, map[string]installation.View{}
	for _, username := range []string{"bertha", "carla"} {
		browsers[username] = g.Visitor()
		pages[username] = browsers[username].Get(t, app.Issuer+"/account")
	}
	former := g.ChangeServer(t, func(s *oauthv1alpha1.OAuthServer) { s.Spec.Login.Local = oauthv1alpha1.LocalLoginDeny })
	t.Cleanup(func() { g.ChangeServer(t, func(s *oauthv1alpha1.OAuthServer) { s.Spec.Login = former.Spec.Login }) })
	await("end of bertha's token", func() bool { return !alive(berthas) })
	if answer := app.Refresh(t, berthas["refresh_token"].(string), nil); answer.Status != http.StatusBadRequest || answer.Code() != "invalid_grant" {
		t.Errorf("a refresh is answered %d %s", answer.Status, answer.Code())
	}
	for _, username := range []string{"bertha", "carla"} {
		if status := browsers[username].SignIn(t, pages[username], username, username+"-password").Status; status != http.StatusForbidden {
			t.Errorf("the password of %s is answered %d", username, status)
		}
	}
	if _, offered := g.Visitor().Get(t, app.Issuer+"/account").LoginForm(); offered {
		t.Error("the sign-in page has a password form")
	}
	if !alive(carlas) {
		t.Error("a user with an account at a provider is shut out")
	}
	installation.Edit(t, r.Admin, corp, func(p *provider) { p.Spec.Disabled = true })
	await("end of carla's token once the provider is disabled", func() bool { return !alive(carlas) })
	installation.Edit(t, r.Admin, corp, func(p *provider) { p.Spec.Disabled = false })
	await("carla's token again", func() bool { return alive(carlas) })
	g.ChangeServer(t, func(s *oauthv1alpha1.OAuthServer) { s.Spec.Login = former.Spec.Login })
	await("bertha's token again", func() bool { return alive(berthas) })
}
