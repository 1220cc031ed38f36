// Package unregistered tests what holds for every client without an OAuthClient, whether it
// publishes a metadata document or has registered itself.
package unregistered

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/grantor-dev/grantor/test/installation"
)

// IsAskedForEachTime checks that alice is asked at each authorization request of a client,
// with a page that has the texts, and that nothing is granted without a page.
func IsAskedForEachTime(t *testing.T, app installation.App, v *installation.Visitor, texts ...string) (page installation.View) {
	t.Helper()
	for range 2 {
		to, verifier := app.AuthorizationURL(nil)
		page = v.Get(t, to)
		if _, ok := page.LoginForm(); ok {
			page = v.SignIn(t, page, "alice", "alice-password")
		}
		page.Shows(t, texts...)
		view := v.Decide(t, page, "allow")
		if view.Param("code") == "" {
			t.Fatalf("allowing answers %d %v", view.Status, view.Elsewhere)
		}
		if answer := app.Redeem(t, view.Param("code"), verifier, nil); answer.Status != http.StatusOK {
			t.Errorf("/token answers %d %s", answer.Status, answer.Body)
		}
	}
	to, _ := app.AuthorizationURL(url.Values{"prompt": {"none"}})
	if view := v.Get(t, to); view.Param("error") != "consent_required" {
		t.Errorf("without a page: %d %v", view.Status, view.Elsewhere)
	}
	return page
}

// GetsNoMore checks what a client is refused that may use codes only and asked for more: other
// grants, scopes and resources that it was not given, and refresh tokens.
func GetsNoMore(t *testing.T, app installation.App, v *installation.Visitor) {
	t.Helper()
	for grant, form := range map[string]url.Values{
		"client_credentials": {}, "urn:ietf:params:oauth:grant-type:device_code": {"device_code": {"x"}},
	} {
		form.Set("grant_type", grant)
		if answer := app.Post(t, "/token", form); answer.Code() != "unauthorized_client" {
			t.Errorf("%s: %d %s", grant, answer.Status, answer.Body)
		}
	}
	if answer := app.Post(t, "/device_authorization", url.Values{}); answer.Code() != "unauthorized_client" {
		t.Errorf("a device: %d %s", answer.Status, answer.Body)
	}
	for what, more := range map[string]url.Values{
		"invalid_scope": {"scope": {"write"}}, "invalid_target": {"resource": {"https://payroll.example"}},
	} {
		to, _ := app.AuthorizationURL(more)
		if view := v.Get(t, to); view.Param("error") != what {
			t.Errorf("%v: %d %v", more, view.Status, view.Elsewhere)
		}
	}
	code, verifier := app.Code(t, v, "alice", url.Values{"scope": {"openid offline_access"}})
	if answer := app.Redeem(t, code, verifier, nil); answer.Status != http.StatusOK || answer.JSON["refresh_token"] != nil {
		t.Errorf("/token answers %d %s", answer.Status, answer.Body)
	}
}

// Budget checks what the API server is asked when alice signs in to a client and the client
// refreshes once: what it is asked for a client with an OAuthClient that asks each time. It
// returns the authorization request and the answer of the refresh.
func Budget(t *testing.T, ledger *installation.Ledger, app installation.App, v *installation.Visitor) (to string, answer installation.Answer) {
	t.Helper()
	var view installation.View
	to, verifier := app.AuthorizationURL(url.Values{"scope": {"openid offline_access"}})
	ledger.Step(t, "an authorization request without a user", installation.Asks(), func() { view = v.Get(t, to) })
	ledger.Step(t, "signing in, and the page that it leads to", installation.Asks("create logins", "get logins"), func() { view = v.SignIn(t, view, "alice", "alice-password") })
	ledger.Step(t, "agreeing", installation.Asks("get logins"), func() { view = v.Decide(t, view, "allow") })
	ledger.Step(t, "redeeming", installation.Asks("get logins", "create grants"), func() { answer = app.Redeem(t, view.Param("code"), verifier, nil) })
	refresh, _ := answer.JSON["refresh_token"].(string)
	ledger.Step(t, "refreshing", installation.Asks("get grants", "update grants"), func() {
		if answer = app.Refresh(t, refresh, nil); answer.Status != http.StatusOK {
			t.Errorf("answered %d %s", answer.Status, answer.Body)
		}
	})
	return to, answer
}
