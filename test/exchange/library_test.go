package exchange

import (
	"encoding/json"
	"testing"

	"github.com/grantor-dev/grantor/test/nodejs"
)

// openid-client for Node.js has no function for exchanges, but one for any grant.
func TestNodeLibrary(t *testing.T) {
	t.Parallel()
	c := newCast(t, grantor(t), shared.Namespace(t))
	input, err := json.Marshal(map[string]any{
		"issuer": c.Issuer, "id": c.gateway.ID, "secret": c.gateway.Secret, "subject": bearer(c.tokens(t, "openid read")), "audience": c.orders.ID,
	})
	if err != nil {
		t.Fatal(err)
	}
	output := nodejs.Run(t, nodejs.Installed(t, "test/integration/openid-client"), input, "node", "exchange.mjs")
	var got struct {
		Scope, Type, Issued, Actor string
		Active                     bool
	}
	if err := json.Unmarshal(output, &got); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	if got.Scope != "read" || got.Type != "bearer" || got.Issued != typeAccess || !got.Active || got.Actor != "client:"+c.gateway.ID {
		t.Errorf("the library got %+v", got)
	}
}
