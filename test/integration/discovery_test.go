package integration

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

func discovered(t testing.TB, replica int) map[string]any {
	t.Helper()
	answer := ask(t, at(t, replica, "/.well-known/openid-configuration"), method("GET"))
	if answer.Status != http.StatusOK {
		t.Fatalf("discovery answers %d %s", answer.Status, answer.Body)
	}
	return answer.JSON
}

func list(t testing.TB, value any) []string {
	t.Helper()
	values, ok := value.([]any)
	if !ok {
		t.Fatalf("%v is no list", value)
	}
	var out []string
	for _, v := range values {
		text, _ := v.(string)
		out = append(out, text)
	}
	return out
}

func TestDiscoveryDocumentsAreOne(t *testing.T) {
	t.Parallel()
	first := ask(t, at(t, 0, "/.well-known/openid-configuration"), method("GET"))
	if first.JSON["issuer"] != grantor(t).Issuer {
		t.Errorf("the issuer is %v, not exactly %s", first.JSON["issuer"], grantor(t).Issuer)
	}
	for n := range 2 {
		for _, path := range []string{"/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"} {
			if other := ask(t, at(t, n, path), method("GET")); other.Body != first.Body {
				t.Errorf("%s of replica %d differs: %s", path, n, other.Body)
			}
		}
	}
}

// Whatever discovery lists works.
func TestEverythingListedWorks(t *testing.T) {
	t.Parallel()
	document := discovered(t, 0)
	known := []string{
		"issuer", "token_endpoint", "introspection_endpoint", "revocation_endpoint", "jwks_uri", "scopes_supported",
		"grant_types_supported", "response_types_supported", "subject_types_supported", "id_token_signing_alg_values_supported",
		"token_endpoint_auth_methods_supported", "introspection_endpoint_auth_methods_supported", "revocation_endpoint_auth_methods_supported",
		// test/assertions tries these.
		"token_endpoint_auth_signing_alg_values_supported", "introspection_endpoint_auth_signing_alg_values_supported", "revocation_endpoint_auth_signing_alg_values_supported",
		// test/dpop tries this.
		"dpop_signing_alg_values_supported",
		// test/people tries these.
		"authorization_endpoint", "userinfo_endpoint", "end_session_endpoint", "response_modes_supported", "code_challenge_methods_supported",
		"authorization_response_iss_parameter_supported", "prompt_values_supported", "claims_parameter_supported", "claims_supported",
		"request_parameter_supported", "request_uri_parameter_supported", "request_object_signing_alg_values_supported", "acr_values_supported",
		// test/appearance tries this.
		"ui_locales_supported",
		"backchannel_logout_supported", "backchannel_logout_session_supported",
		"device_authorization_endpoint", "pushed_authorization_request_endpoint", "require_pushed_authorization_requests",
	}
	for name := range document {
		if !slices.Contains(known, name) {
			t.Errorf("discovery lists %s, which no test tries", name)
		}
	}
	if ask(t, document["jwks_uri"].(string), method("GET")).Status != http.StatusOK {
		t.Error("jwks_uri does not answer")
	}
	every := list(t, document["scopes_supported"])
	all := make([]oauthv1alpha1.Scope, len(every))
	for n, scope := range every {
		all[n] = oauthv1alpha1.Scope(scope)
	}
	endpoint := map[string]string{}
	for _, name := range []string{"token", "introspection", "revocation"} {
		endpoint[name], _ = document[name+"_endpoint"].(string)
		if !strings.HasPrefix(endpoint[name], grantor(t).Issuer+"/") {
			t.Errorf("%s_endpoint %q is not below the issuer", name, endpoint[name])
		}
	}
	for _, way := range list(t, document["token_endpoint_auth_methods_supported"]) {
		if way == "none" || way == "private_key_jwt" {
			continue // for clients of people, which test/people tries, and for those of test/assertions
		}
		p := newParty(t, authenticatingBy(oauthv1alpha1.AuthenticationMethod(way)), scopes(all...))
		for _, scope := range every {
			if scope == "openid" || scope == "offline_access" {
				continue // for people, too
			}
			granted(t, ask(t, endpoint["token"], p.authentication(), add("grant_type", "client_credentials"), add("scope", scope)))
		}
		token := p.token(t, 0)
		for _, name := range []string{"introspection", "revocation"} {
			if !slices.Contains(list(t, document[name+"_endpoint_auth_methods_supported"]), way) {
				continue
			}
			if answer := ask(t, endpoint[name], p.authentication(), add("token", token)); answer.Status != http.StatusOK {
				t.Errorf("%s by %s answers %d %s", name, way, answer.Status, answer.Body)
			}
		}
	}
}
