package chain

import (
	"testing"

	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/identity/upstream"
)

// TestHintOf: a provider is asked about no session but that of the browser.
func TestHintOf(t *testing.T) {
	for sentence, test := range map[string]struct {
		account, browser, want string
	}{
		"this session":              {"s1", "s1", "the-token"},
		"that of another browser":   {"s2", "s1", ""},
		"one without an ID":         {"", "s1", ""},
		"a provider without any ID": {"", "", "the-token"},
	} {
		if got := hintOf(&upstream.Account{IDToken: "the-token", Session: test.account}, &identity.Evidence{Session: test.browser}); got != test.want {
			t.Errorf("%s: %q", sentence, got)
		}
	}
}
