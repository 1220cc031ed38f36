package integration

import (
	"encoding/json"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/nodejs"
)

// The library that most applications for Node.js use works without special cases.
func TestOpenIDClientForNode(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	type account struct {
		ID     string `json:"id"`
		Secret string `json:"secret"`
		Method string `json:"method"`
	}
	input := struct {
		Issuer  string    `json:"issuer"`
		Clients []account `json:"clients"`
	}{Issuer: g.Issuer}
	for _, way := range []oauthv1alpha1.AuthenticationMethod{oauthv1alpha1.AuthenticationBasic, oauthv1alpha1.AuthenticationPost} {
		for _, format := range formats() {
			p := newParty(t, authenticatingBy(way), format)
			input.Clients = append(input.Clients, account{p.ID, p.Secret, string(way)})
		}
	}
	text, _ := json.Marshal(input)
	var results []struct {
		ID, Method, Algorithm, Error, Issuer, Type, Scope string
		Lifetime                                          float64
		Before, After                                     map[string]any
	}
	if err := json.Unmarshal(nodejs.Run(t, nodejs.Installed(t, "test/integration/openid-client"), text, "node", "grantor.mjs"), &results); err != nil {
		t.Fatal(err)
	}
	if len(results) != 2*len(input.Clients) {
		t.Fatalf("%d results for %d clients", len(results), len(input.Clients))
	}
	for _, r := range results {
		if r.Issuer != g.Issuer || r.Type != "bearer" || r.Scope != "read" || r.Lifetime < 890 || r.Lifetime > 900 || r.Error != "invalid_scope" {
			t.Errorf("%s with %s got %+v", r.Method, r.Algorithm, r)
		}
		if r.Before["active"] != true || r.Before["client_id"] != r.ID || r.After["active"] != false {
			t.Errorf("%s with %s: introspection said %v, and after revocation %v", r.Method, r.Algorithm, r.Before, r.After)
		}
	}
}
