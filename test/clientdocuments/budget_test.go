package clientdocuments

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/grantor-dev/grantor/test/installation"
)

// Each step costs what it costs a client with an OAuthClient that asks each time: nothing is
// stored of a document.
func TestBudgetsOfDocuments(t *testing.T) {
	g, proxy := installation.Isolated(t)
	g.Configure(t, accepting())
	app, v := client(g.Issuer, sites.publishes(t, nil)), g.Visitor()
	ledger := installation.NewLedger(t, g, proxy)
	var view installation.View
	to, verifier := app.AuthorizationURL(url.Values{"scope": {"openid offline_access"}})
	ledger.Step(t, "an authorization request without a user", installation.Asks(), func() { view = v.Get(t, to) })
	ledger.Step(t, "signing in, and the page that it leads to", installation.Asks("create logins", "get logins"), func() { view = v.SignIn(t, view, "alice", "alice-password") })
	ledger.Step(t, "agreeing", installation.Asks("get logins"), func() { view = v.Decide(t, view, "allow") })
	var answer installation.Answer
	ledger.Step(t, "redeeming", installation.Asks("get logins", "create grants"), func() { answer = app.Redeem(t, view.Param("code"), verifier, nil) })
	refresh, _ := answer.JSON["refresh_token"].(string)
	ledger.Step(t, "refreshing", installation.Asks("get grants", "update grants"), func() {
		if answer = app.Refresh(t, refresh, nil); answer.Status != http.StatusOK {
			t.Errorf("answered %d %s", answer.Status, answer.Body)
		}
	})
	access, _ := answer.JSON["access_token"].(string)
	ledger.Step(t, "userinfo", installation.Asks("get grants"), func() { installation.Userinfo(t, g.Issuer, access) })
	ledger.Step(t, "being asked again", installation.Asks("get logins"), func() { v.Get(t, to) })
	ledger.Step(t, "100 clients that do not exist", installation.Asks(), func() {
		for n := range 100 {
			other, _ := client(g.Issuer, app.ID+"?n="+string(rune('a'+n%26))).AuthorizationURL(nil)
			v2 := installation.NewVisitor(http.DefaultTransport, g.Issuer)
			v2.Get(t, other)
		}
	})
}
