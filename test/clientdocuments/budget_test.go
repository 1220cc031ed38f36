package clientdocuments

import (
	"net/http"
	"testing"

	"github.com/grantor-dev/grantor/test/installation"
	"github.com/grantor-dev/grantor/test/unregistered"
)

// Each step costs what it costs a client with an OAuthClient that asks each time: nothing is
// stored of a document.
func TestBudgetsOfDocuments(t *testing.T) {
	g, proxy := installation.Isolated(t)
	g.Configure(t, accepting())
	app, v := client(g.Issuer, sites.publishes(t, nil)), g.Visitor()
	ledger := installation.NewLedger(t, g, proxy)
	to, answer := unregistered.Budget(t, ledger, app, v)
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
