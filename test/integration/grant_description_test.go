package integration

import (
	"strings"
	"testing"
)

// The client has proven who it is, so the sentence must not send it to look for a
// mistake in its credentials.
func TestDescriptionOfAGrantThatTheClientMayNotUse(t *testing.T) {
	t.Parallel()
	p := newParty(t, redirecting)
	answer := ask(t, at(t, 0, "/token"), p.authentication(), add("grant_type", "client_credentials"))
	description, _ := answer.JSON["error_description"].(string)
	if strings.Contains(description, "secret") || !strings.Contains(description, "grant") {
		t.Errorf("a grant that is not in grantTypes is described as %q", description)
	}
}
