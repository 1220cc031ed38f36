package server

import (
	"encoding/json"
	"maps"
	"net/http"
	"testing"
)

// Discovery says where clients with certificates find the endpoints for programs, exactly
// when they can.
func TestAliases(t *testing.T) {
	for host, issuer := range map[string]string{"": "https://auth.example.com", "mtls.example.com": "https://auth.example.com", "mtls.example.com:8444": "https://auth.example.com:8443/tenant"} {
		r := routedAt(t, issuer, host, nil)
		var document struct {
			Aliases map[string]string `json:"mtls_endpoint_aliases"`
		}
		if err := json.Unmarshal(answered(r, http.MethodGet, pathOf(issuer)+"/.well-known/openid-configuration").Body.Bytes(), &document); err != nil {
			t.Fatal(err)
		}
		base := "https://" + host + pathOf(issuer)
		want := map[string]string{
			"token_endpoint": base + "/token", "userinfo_endpoint": base + "/userinfo", "introspection_endpoint": base + "/introspect", "revocation_endpoint": base + "/revoke",
			"device_authorization_endpoint": base + "/device_authorization", "pushed_authorization_request_endpoint": base + "/par",
		}
		if host == "" {
			want = nil
		}
		if !maps.Equal(document.Aliases, want) {
			t.Errorf("%s at %q: %v", issuer, host, document.Aliases)
		}
		for path, works := range map[string]bool{
			"/token": true, "/userinfo": true, "/introspect": true, "/revoke": true, "/device_authorization": true, "/par": true,
			"/authorize": false, "/login": false, "/": false, "/jwks": false, "/.well-known/openid-configuration": false, "/assets/x": false,
		} {
			if got := answered(r.certified, http.MethodGet, pathOf(issuer)+path).Code != http.StatusNotFound; got != (works && host != "") {
				t.Errorf("%s at %q: there is %s: %v", issuer, host, path, got)
			}
		}
	}
}

func TestBrowsersAreNotAskedForCertificates(t *testing.T) {
	for host, ok := range map[string]bool{"": true, "mtls.example.com": true, "auth.example.com:8444": true, "Auth.example.com:443": false} {
		if err := (mtls{host: host}).check("https://auth.example.com"); (err == nil) != ok {
			t.Errorf("%q: %v", host, err)
		}
	}
}
