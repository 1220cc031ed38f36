package people

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// metadata is what discovery lists.
func metadata(t testing.TB) claims {
	t.Helper()
	request, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, grantor(t).Issuer+"/.well-known/openid-configuration", http.NoBody)
	answer := installation.Do(t, request)
	if answer.Status != http.StatusOK {
		t.Fatalf("discovery answers %d", answer.Status)
	}
	return answer.JSON
}

func texts(value any) []string {
	list, _ := value.([]any)
	var out []string
	for _, one := range list {
		out = append(out, text(one))
	}
	return out
}

// Discovery lists exactly what works.
func TestDiscoveryListsExactlyWhatWorks(t *testing.T) {
	t.Parallel()
	document, issuer := metadata(t), grantor(t).Issuer
	for name, wanted := range map[string]any{
		"issuer": issuer, "authorization_endpoint": issuer + "/authorize", "token_endpoint": issuer + "/token", "userinfo_endpoint": issuer + "/userinfo",
		"end_session_endpoint": issuer + "/logout", "jwks_uri": issuer + "/jwks", "introspection_endpoint": issuer + "/introspect", "revocation_endpoint": issuer + "/revoke",
		"request_parameter_supported": true, "request_uri_parameter_supported": false, "claims_parameter_supported": true, "authorization_response_iss_parameter_supported": true,
		"device_authorization_endpoint": issuer + "/device_authorization", "pushed_authorization_request_endpoint": issuer + "/par", "require_pushed_authorization_requests": false,
		"backchannel_logout_supported": true, "backchannel_logout_session_supported": true,
	} {
		if document[name] != wanted {
			t.Errorf("%s is %v, not %v", name, document[name], wanted)
		}
	}
	for name, wanted := range map[string]string{
		"response_types_supported": "code", "response_modes_supported": "query form_post", "grant_types_supported": "authorization_code refresh_token client_credentials urn:ietf:params:oauth:grant-type:device_code urn:ietf:params:oauth:grant-type:token-exchange",
		"subject_types_supported": "public pairwise", "id_token_signing_alg_values_supported": "ES256 RS256", "code_challenge_methods_supported": "S256", "dpop_signing_alg_values_supported": "ES256 EdDSA Ed25519 PS256",
		"prompt_values_supported": "none login consent select_account", "scopes_supported": "openid profile email address phone groups offline_access read write",
		"token_endpoint_auth_methods_supported": "none client_secret_basic client_secret_post private_key_jwt", "introspection_endpoint_auth_methods_supported": "client_secret_basic client_secret_post private_key_jwt",
		"revocation_endpoint_auth_methods_supported":       "none client_secret_basic client_secret_post private_key_jwt",
		"token_endpoint_auth_signing_alg_values_supported": "EdDSA ES256 PS256 RS256", "introspection_endpoint_auth_signing_alg_values_supported": "EdDSA ES256 PS256 RS256",
		"revocation_endpoint_auth_signing_alg_values_supported": "EdDSA ES256 PS256 RS256",
		"request_object_signing_alg_values_supported":           "EdDSA ES256 PS256 RS256",
		"acr_values_supported":                                  "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport",
		"ui_locales_supported":                                  "en de fr es ja",
		"claims_supported": "sub name given_name middle_name family_name nickname preferred_username profile picture website gender birthdate locale zoneinfo updated_at " +
			"email email_verified phone_number phone_number_verified address groups",
	} {
		got, want := texts(document[name]), strings.Fields(wanted)
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s is %v", name, document[name])
		}
	}
	if len(document) != 36 {
		t.Errorf("discovery lists %d things: %v", len(document), document)
	}
}

// Every scope, claim and way to authenticate that discovery lists works for people.
func TestListedScopesAndClaimsWork(t *testing.T) {
	t.Parallel()
	document, person := metadata(t), newPerson(t, complete)
	for _, method := range texts(document["token_endpoint_auth_methods_supported"]) {
		if method == "private_key_jwt" {
			continue // which test/assertions tries
		}
		app := newApp(t, func(c *oauthv1alpha1.OAuthClient) {
			c.Spec.Authentication.Method = oauthv1alpha1.AuthenticationMethod(method)
		})
		code, verifier := app.Code(t, visitor(t), person.Spec.Username, url.Values{"scope": {strings.Join(texts(document["scopes_supported"]), " ")}})
		form := url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {app.Redirect}, "code_verifier": {verifier}}
		id, secret := app.ID, app.Secret
		if method != "client_secret_basic" {
			form.Set("client_id", app.ID)
			id = ""
		}
		if method == "client_secret_post" {
			form.Set("client_secret", app.Secret)
		}
		tokens := tokensOf(t, installation.Post(t, app.Issuer+"/token", id, secret, form))
		who := about(t, app, tokens)
		for _, claim := range texts(document["claims_supported"]) {
			if who[claim] == nil {
				t.Errorf("%s: userinfo has no %s", method, claim)
			}
		}
	}
}
