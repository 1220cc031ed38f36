package integration

import (
	"net/http"
	"testing"
)

// fosite compares lists without regard to case. An audience is compared byte for
// byte (RFC 7519 section 4.1.3): "team.App" is not the resource server "team.app".
func TestAudienceInOtherCase(t *testing.T) {
	t.Parallel()
	p := newParty(t, audiences("https://api.example.com", "Billing"))
	for _, audience := range []string{"HTTPS://api.example.com", "https://API.example.com", "billing", "BILLING"} {
		t.Run(audience, func(t *testing.T) {
			answer := ask(t, at(t, 0, "/token"), p.authentication(), asking(), add("audience", audience))
			refused(t, answer, http.StatusBadRequest, "invalid_target")
		})
	}
}
