package registration

import (
	"encoding/json"
	"testing"

	"github.com/grantor-dev/grantor/test/nodejs"
)

// openid-client for Node.js registers with and without a secret, and signs a user in.
func TestNodeLibrary(t *testing.T) {
	g := grantor(t)
	step := func(result any, input map[string]any) {
		t.Helper()
		input["issuer"] = g.Issuer
		text, err := json.Marshal(input)
		if err != nil {
			t.Fatal(err)
		}
		output := nodejs.Run(t, nodejs.Installed(t, "test/integration/openid-client"), text, "node", "register.mjs")
		if err := json.Unmarshal(output, result); err != nil {
			t.Fatalf("%v: %s", err, output)
		}
	}
	for _, method := range []string{"none", "client_secret_post"} {
		var begun struct{ ID, Secret, URL, Verifier string }
		step(&begun, map[string]any{"step": "begin", "metadata": metadata(map[string]any{"token_endpoint_auth_method": method})})
		v := g.Visitor()
		view := v.Through(t, v.Get(t, begun.URL), "alice")
		var finished struct {
			Sub       string
			Refreshed bool
		}
		step(&finished, map[string]any{"step": "finish", "id": begun.ID, "secret": begun.Secret, "verifier": begun.Verifier, "to": view.Elsewhere.String()})
		if finished.Sub == "" || !finished.Refreshed || (begun.Secret != "") != (method != "none") {
			t.Errorf("%s: %+v", method, finished)
		}
	}
}
