package integration

import (
	"net/http"
	"testing"
)

// Values are compared as they are: RFC 6749 appendix A knows no white space around
// a grant type or a scope but the one space between two scopes.
func TestWhiteSpaceAroundValues(t *testing.T) {
	t.Parallel()
	p := newParty(t, audiences("api"))
	for name, white := range map[string]string{"space": " ", "line feed": "\n", "tab": "\t", "no-break space": "\u00a0", "NEL": "\u0085"} {
		t.Run(name, func(t *testing.T) {
			answer := ask(t, at(t, 0, "/token"), p.authentication(), add("grant_type", "client_credentials"+white))
			refused(t, answer, http.StatusBadRequest, "unsupported_grant_type")
			answer = ask(t, at(t, 0, "/token"), p.authentication(), asking(), add("audience", "api"+white))
			refused(t, answer, http.StatusBadRequest, "invalid_target")
			if white == " " {
				return
			}
			answer = ask(t, at(t, 0, "/token"), p.authentication(), add("grant_type", "client_credentials"), add("scope", "read"+white))
			refused(t, answer, http.StatusBadRequest, "invalid_scope")
		})
	}
}
