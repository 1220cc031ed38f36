package audit

import (
	"strings"
	"testing"

	"github.com/grantor-dev/grantor/internal/clientid"
	"github.com/grantor-dev/grantor/internal/credentials"
)

func TestClaimed(t *testing.T) {
	secret := credentials.Generate()
	for name, test := range map[string]struct {
		id   string
		told ClientID
	}{
		"a client ID":                  {"team.with~tilde_and-dash", "team.with~tilde_and-dash"},
		"nothing":                      {"", ""},
		"a line break behind it":       {"team.app\n", "team.app?"},
		"a line of its own":            {"x\r\n{\"msg\": 1}", "x????msg???1?"},
		"bytes that are no text":       {"a\x00\xff\u00fc", "a????"},
		"more than a client ID":        {strings.Repeat("a.", 200), ClientID(strings.Repeat("a.", 150))},
		"a client secret":              {secret, ""},
		"a client secret, with an ID":  {"team.app:" + secret, ""},
		"a token of three parts":       {"grt_4kq7.1." + secret, ""},
		"a client that registered":     {"gdr_" + secret, ClientID(clientid.OfRegistration("gdr_" + secret))},
		"part of a secret in the form": {secret[:31], ClientID(secret[:31])},
	} {
		if got := Claimed(test.id); got != test.told {
			t.Errorf("%s: told %q", name, got)
		}
	}
}
