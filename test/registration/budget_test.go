package registration

import (
	"encoding/json"
	"net/http"
	"net/url"
	"testing"

	"github.com/grantor-dev/grantor/test/installation"
)

// Registering costs the API server nothing, and each other step what it costs a client with an
// OAuthClient that asks each time.
func TestBudgetsOfRegistrations(t *testing.T) {
	g, proxy := installation.Isolated(t)
	g.Configure(t, sealing())
	v := g.Visitor()
	ledger := installation.NewLedger(t, g, proxy)
	var client installation.App
	ledger.Step(t, "registering", installation.Asks(), func() { client = app(t, g.Issuer, nil) })
	ledger.Step(t, "registering 200 times, well and badly", installation.Asks(), func() {
		for n := range 200 {
			m := metadata(nil)
			if n%2 == 0 {
				m["redirect_uris"] = []string{"https://evil.example/"}
			}
			body, _ := json.Marshal(m)
			post(t, g.Issuer, body)
		}
	})
	var view installation.View
	to, verifier := client.AuthorizationURL(url.Values{"scope": {"openid offline_access"}})
	ledger.Step(t, "an authorization request without a user", installation.Asks(), func() { view = v.Get(t, to) })
	ledger.Step(t, "signing in, and the page that it leads to", installation.Asks("create logins", "get logins"), func() { view = v.SignIn(t, view, "alice", "alice-password") })
	ledger.Step(t, "agreeing", installation.Asks("get logins"), func() { view = v.Decide(t, view, "allow") })
	var answer installation.Answer
	ledger.Step(t, "redeeming", installation.Asks("get logins", "create grants"), func() { answer = client.Redeem(t, view.Param("code"), verifier, nil) })
	ledger.Step(t, "refreshing", installation.Asks("get grants", "update grants"), func() {
		if answer = client.Refresh(t, text(answer.JSON, "refresh_token"), nil); answer.Status != http.StatusOK {
			t.Errorf("answered %d %s", answer.Status, answer.Body)
		}
	})
}
