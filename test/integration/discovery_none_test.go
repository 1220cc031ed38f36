package integration

import (
	"net/http"
	"slices"
	"testing"
)

// What discovery does not list is refused: a client without credentials may use an
// endpoint exactly where the method none is listed.
func TestUnlistedAuthenticationMethods(t *testing.T) {
	t.Parallel()
	p, document := newParty(t, public), discovered(t, 0)
	for name, path := range map[string]string{"introspection": "/introspect", "revocation": "/revoke"} {
		listed := slices.Contains(list(t, document[name+"_endpoint_auth_methods_supported"]), "none")
		answer := ask(t, at(t, 0, path), p.authentication(), add("token", "x"))
		if (answer.Status == http.StatusOK) != listed {
			t.Errorf("%s: none is listed: %t, and the answer is %d %s", name, listed, answer.Status, answer.Body)
		}
	}
}
