package assertions

import (
	"testing"
	"time"
)

// An assertion that is also for another server could be used there, or come from there.
func TestAnAssertionIsForThisServerAlone(t *testing.T) {
	const issuer, token, other = "https://id.example", "https://id.example/token", "https://other.example"
	now := time.Now()
	for name, test := range map[string]struct {
		audience []string
		ok       bool
	}{
		"the issuer":                       {[]string{issuer}, true},
		"the token endpoint":               {[]string{token}, true},
		"both names of this server":        {[]string{issuer, token}, true},
		"another server":                   {[]string{other}, false},
		"another server first":             {[]string{other, issuer}, false},
		"another server after this one":    {[]string{token, other}, false},
		"none":                             {nil, false},
		"a name that is no name of either": {[]string{issuer + "/"}, false},
	} {
		end := float64(now.Add(time.Minute).Unix())
		a := &Assertion{Claims: Claims{Issuer: "team.app", Subject: "team.app", Audience: test.audience, ID: "x", ExpiresAt: &end}}
		if got := a.ByClient("team.app", []string{issuer, token}, now); got != test.ok {
			t.Errorf("with %s: %t", name, got)
		}
	}
}
