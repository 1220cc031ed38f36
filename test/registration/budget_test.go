package registration

import (
	"encoding/json"
	"testing"

	"github.com/grantor-dev/grantor/test/installation"
	"github.com/grantor-dev/grantor/test/unregistered"
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
	unregistered.Budget(t, ledger, client, v)
}
