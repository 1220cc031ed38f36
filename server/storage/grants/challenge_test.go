package grants_test

import (
	"strings"
	"testing"

	"github.com/grantor-dev/grantor/server/storage/grants"
)

// RFC 7636 section 4.1.
func TestVerifier(t *testing.T) {
	t.Parallel()
	good := strings.Repeat("Az09-._~", 16)
	for text, wanted := range map[string]bool{
		good: true, good[:43]: true, good[:42]: false, good + "A": false, "": false, good[:43] + " ": false, good[:43] + "=": false,
		good[:43] + "+": false, good[:43] + "/": false, good[:43] + "\x00": false, good[:43] + "\u00fc": false, good[:43] + "\xff": false,
	} {
		if grants.IsVerifier(text) != wanted {
			t.Errorf("%q: %t", text, !wanted)
		}
	}
}

func TestChallengeHasOneSpelling(t *testing.T) {
	t.Parallel()
	good := strings.Repeat("A", 43)
	if _, ok := grants.ParseChallenge(good); !ok {
		t.Error("a challenge is refused")
	}
	for name, text := range map[string]string{
		"a line break": good[:20] + "\n" + good[20:], "one at the end": good + "\r\n", "padding": good + "=", "bits behind the end": good[:42] + "B", "less": good[:42], "more": good + "A", "none": "",
	} {
		if _, ok := grants.ParseChallenge(text); ok {
			t.Errorf("%s is accepted", name)
		}
	}
}
