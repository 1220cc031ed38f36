package people

import (
	"net/http"
	"net/url"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// newApp creates an application in a namespace of its own.
func newApp(t testing.TB, changes ...func(*oauthv1alpha1.OAuthClient)) installation.App {
	t.Helper()
	return grantor(t).NewApp(t, installation.Application(shared.Namespace(t), "app", changes...))
}

// visitor is a browser in which no user has signed in.
func visitor(t testing.TB) *installation.Visitor {
	t.Helper()
	g := grantor(t)
	urls := []string{g.Issuer}
	for _, server := range g.Servers {
		urls = append(urls, server.Options().URL)
	}
	return installation.NewVisitor(http.DefaultTransport, urls...)
}

func TestCodeFlow(t *testing.T) {
	t.Parallel()
	app, v := newApp(t), visitor(t)
	to, verifier := app.AuthorizationURL(url.Values{"scope": {"openid profile email groups"}, "nonce": {"n-1"}})
	view := v.Get(t, to)
	if _, ok := view.LoginForm(); view.Status != http.StatusOK || !ok {
		t.Fatalf("/authorize answers %d %s", view.Status, view.Body)
	}
	view = v.SignIn(t, view, "alice", "alice-password")
	if _, ok := view.DecisionForm(); view.Status != http.StatusOK || !ok {
		t.Fatalf("/login answers %d %s", view.Status, view.Body)
	}
	view = v.Decide(t, view, "allow")
	if view.Status != http.StatusSeeOther || view.Param("state") != "some-state" || view.Param("iss") != grantor(t).Issuer {
		t.Fatalf("/consent answers %d %s", view.Status, view.Elsewhere)
	}
	answer := app.Redeem(t, view.Param("code"), verifier, nil)
	if answer.Status != http.StatusOK {
		t.Fatalf("/token answers %d %s", answer.Status, answer.Body)
	}
	t.Log(answer.Body)
	refresh, _ := answer.JSON["refresh_token"].(string)
	again := app.Refresh(t, refresh, nil)
	if again.Status != http.StatusOK || again.JSON["refresh_token"] == refresh {
		t.Fatalf("/token answers %d %s", again.Status, again.Body)
	}
}
