package registration

import (
	"encoding/json"
	"net/http"
	"net/url"
	"testing"

	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// Registering costs the API server nothing, and each other step what it costs a client with an
// OAuthClient that asks each time.
func TestBudgetsOfRegistrations(t *testing.T) {
	g, proxy := installation.Isolated(t)
	configured(t, g, sealing())
	v := visitor(g)
	ledger := installation.NewLedger(t, g, proxy)
	step := func(what string, wanted devenv.Counts, do func()) {
		t.Helper()
		ledger.Open(t)
		do()
		ledger.Close(t, what, wanted)
	}
	var client installation.App
	step("registering", installation.Asks(), func() { client = app(t, g.Issuer, nil) })
	step("registering 200 times, well and badly", installation.Asks(), func() {
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
	step("an authorization request without a user", installation.Asks(), func() { view = v.Get(t, to) })
	step("signing in, and the page that it leads to", installation.Asks("create logins", "get logins"), func() { view = v.SignIn(t, view, "alice", "alice-password") })
	step("agreeing", installation.Asks("get logins"), func() { view = v.Decide(t, view, "allow") })
	var answer installation.Answer
	step("redeeming", installation.Asks("get logins", "create grants"), func() { answer = client.Redeem(t, view.Param("code"), verifier, nil) })
	step("refreshing", installation.Asks("get grants", "update grants"), func() {
		if answer = client.Refresh(t, text(answer.JSON, "refresh_token"), nil); answer.Status != http.StatusOK {
			t.Errorf("answered %d %s", answer.Status, answer.Body)
		}
	})
}
