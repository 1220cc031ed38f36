package integration

import (
	"net/http"
	"testing"
)

// RFC 6749 section 5.2: unsupported_grant_type, not invalid_request.
func TestWrongCodeForAnUnknownGrant(t *testing.T) {
	t.Parallel()
	service, browser := newParty(t), newParty(t, redirecting)
	for _, grant := range []string{
		"password", "implicit", "unknown", "CLIENT_CREDENTIALS", "client_credentials\x00",
		"client_credentials client_credentials", "client_credentials password",
		"device_code", "urn:ietf:params:oauth:grant-type:jwt-bearer",
		"urn:ietf:params:oauth:grant-type:saml2-bearer", "urn:ietf:params:oauth:grant-type:token_exchange",
	} {
		t.Run(grant, func(t *testing.T) {
			for _, p := range []party{service, browser} {
				answer := ask(t, at(t, 0, "/token"), p.authentication(), add("grant_type", grant), add("code", "x"), add("refresh_token", "x"))
				refused(t, answer, http.StatusBadRequest, "unsupported_grant_type")
			}
			refused(t, ask(t, at(t, 0, "/token"), basic("unknown", "x"), add("grant_type", grant)), http.StatusUnauthorized, "invalid_client")
		})
	}
}

// A client gets exactly the grants that it lists.
func TestGrantsOfUsersForClientsThatMayNotUseThem(t *testing.T) {
	t.Parallel()
	service, browser := newParty(t), newParty(t, redirecting)
	for grant, parameter := range map[string]string{"authorization_code": "code", "refresh_token": "refresh_token"} {
		answer := ask(t, at(t, 0, "/token"), service.authentication(), add("grant_type", grant), add(parameter, "x"))
		refused(t, answer, http.StatusBadRequest, "unauthorized_client")
	}
	answer := ask(t, at(t, 0, "/token"), browser.authentication(), add("grant_type", "refresh_token"), add("refresh_token", "x"))
	refused(t, answer, http.StatusBadRequest, "unauthorized_client")
	answer = ask(t, at(t, 0, "/token"), browser.authentication(), add("grant_type", "authorization_code"), add("code", "x"))
	refused(t, answer, http.StatusBadRequest, "invalid_grant")
}

// RFC 6749 section 5.2: unauthorized_client, whatever else is wrong.
func TestWrongCodeForAGrantThatTheClientMayNotUse(t *testing.T) {
	t.Parallel()
	p, service := newParty(t, redirecting), newParty(t)
	for name, more := range map[string]step{
		"alone": all(), "with a scope": add("scope", "read"), "with a scope it has not": add("scope", "write"), "with an audience": add("audience", "x"),
	} {
		t.Run(name, func(t *testing.T) {
			for _, grant := range []string{"client_credentials", "refresh_token", "urn:ietf:params:oauth:grant-type:token-exchange"} {
				answer := ask(t, at(t, 0, "/token"), p.authentication(), add("grant_type", grant), more)
				refused(t, answer, http.StatusBadRequest, "unauthorized_client")
			}
			answer := ask(t, at(t, 0, "/token"), service.authentication(), add("grant_type", "authorization_code"), more)
			refused(t, answer, http.StatusBadRequest, "unauthorized_client")
		})
	}
}
