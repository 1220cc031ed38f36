package integration

import "testing"

// The API says of audiences: beside the issuer, which is the default.
func TestIssuerAskedForAsAudience(t *testing.T) {
	t.Parallel()
	p := newParty(t, audiences("one"))
	answer := ask(t, at(t, 0, "/token"), p.authentication(), asking(), add("audience", grantor(t).Issuer))
	granted(t, answer)
}
