package clientpolicy

import "testing"

func TestHostOf(t *testing.T) {
	tests := map[string]string{
		"https://app.example":                     "app.example",
		"https://app.example/cb?x=https://evil":   "app.example",
		"https://app.example:8443/cb":             "app.example",
		"https://app.example?x":                   "app.example",
		"https://APP.example/":                    "app.example",
		"https://[2001:DB8::1]:8443/":             "[2001:db8::1]",
		"https://[2001:db8:0:0:0:0:0:1]":          "[2001:db8::1]",
		"http://localhost:3000/cb":                "localhost",
		"http://127.0.0.1/cb":                     "127.0.0.1",
		"http://[::1]/cb":                         "[::1]",
		"com.example.app:/cb":                     "com.example.app:",
		"com.example.app://host/cb":               "com.example.app:",
		"https://good.example@evil.example/":      "",
		"https://good.example:443@evil.example/":  "",
		`https://evil.example\@good.example/`:     "",
		`https://evil.example\x.good.example/`:    "",
		"https://evil.example%2f.good.example/":   "",
		"https://evil.example;good.example/":      "",
		"https://evil.example\t.good.example/":    "",
		"https://evil\u3002example.good.example/": "",
		"https://":                  "",
		"https:///good.example":     "",
		"https://[good.example]/":   "",
		"https://[::1":              "",
		"https://[::1]evil.example": "",
		"https://[fe80::1%25eth0]/": "",
		"HTTPS://good.example/":     "",
		"//good.example":            "",
		"":                          "",
	}
	for uri, host := range tests {
		if got := HostOf(uri); got != host {
			t.Errorf("%q: %q", uri, got)
		}
	}
}

func TestHostPatterns(t *testing.T) {
	tests := map[string]struct {
		pattern, host string
		matches       bool
	}{
		"the host itself":                        {"app.example", "app.example", true},
		"a host below it":                        {"app.example", "a.app.example", false},
		"a host that begins like it":             {"app.example", "app.example.evil", false},
		"one label":                              {"*.app.example", "a.app.example", true},
		"two labels":                             {"*.app.example", "a.b.app.example", true},
		"no label":                               {"*.app.example", "app.example", false},
		"no label, but a dot":                    {"*.app.example", ".app.example", false},
		"part of a label":                        {"*.app.example", "evilapp.example", false},
		"everything":                             {"*", "app.example", true},
		"everything, private schemes, too":       {"*", "com.example.app:", true},
		"everything, what is not understood":     {"*", "", true},
		"the namespace":                          {"{namespace}.example", "team.example", true},
		"another namespace":                      {"{namespace}.example", "other.example", false},
		"below the namespace":                    {"*.{namespace}.example", "app.team.example", true},
		"a namespace that ends alike":            {"*.{namespace}.example", "app.a-team.example", false},
		"a private scheme":                       {"com.example.app:", "com.example.app:", true},
		"a host like a private scheme":           {"com.example.app:", "com.example.app", false},
		"a private scheme like a host":           {"com.example.app", "com.example.app:", false},
		"localhost":                              {"localhost", "localhost", true},
		"localhost by a wildcard":                {"*.example", "localhost", false},
		"an address in other words":              {"[0:0:0:0:0:0:0:1]", "[::1]", true},
		"a wildcard matches no address":          {"*.1]", "[::1.1]", false},
		"what is not understood is not a suffix": {"*.app.example", "", false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := matchesHost(test.pattern, test.host, "team"); got != test.matches {
				t.Errorf("matches: %t", got)
			}
		})
	}
}
