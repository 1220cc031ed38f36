package integration

import (
	"net/http"
	"testing"
)

// RFC 8707: a resource is what the token is for; one that the client may not ask for
// is invalid_target, and none is ignored.
func TestResourceIsAnAudience(t *testing.T) {
	t.Parallel()
	p := newParty(t, audiences("https://api.example.com"))
	granted(t, ask(t, at(t, 0, "/token"), p.authentication(), asking(), add("resource", "https://api.example.com")))
	answer := ask(t, at(t, 0, "/token"), p.authentication(), asking(), add("resource", "https://other.example.com"))
	refused(t, answer, http.StatusBadRequest, "invalid_target")
}
