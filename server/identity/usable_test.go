package identity

import (
	"strings"
	"testing"
)

func TestUsable(t *testing.T) {
	for sentence, test := range map[string]struct {
		username, password string
		want               bool
	}{
		"a name and a password":   {"ada", "secret", true},
		"the longest":             {strings.Repeat("\u00e4", 128), strings.Repeat("a", 1024), true},
		"no name":                 {"", "secret", false},
		"no password":             {"ada", "", false},
		"a name that is too long": {strings.Repeat("a", 129), "secret", false},
		"a long password":         {"ada", strings.Repeat("a", 1025), false},
		"a name that is no UTF-8": {"ada\xff", "secret", false},
	} {
		if got := (&Attempt{Username: test.username, Password: test.password}).Usable(); got != test.want {
			t.Errorf("%s: %t", sentence, got)
		}
	}
}
