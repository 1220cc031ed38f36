package schema

import "fmt"

const (
	dottedKey    = "a key of a Secret must not be . and must not begin with .."
	lifetimeSpan = "lifetime must be between 1s and 24h"
	overlapSpan  = "overlap must be between 0s and 720h"
)

var secretKeyNames = []string{"clientID", "clientSecret", "issuer", "tokenEndpoint", "introspectionEndpoint", "revocationEndpoint", "jwksURI"}

// clientSecretKeys are the names of the keys in a client's Secret.
var clientSecretKeys = func() examples {
	out := examples{
		"key names that differ":             accept("spec.secret.keys", ownKeyNames, nil),
		"key names that differ in case":     accept("spec.secret.keys", ownKeyNames, fields{"spec.secret.keys.clientID": "secret"}),
		"two keys of one name":              refuse("spec.secret.keys", ownKeyNames, fields{"spec.secret.keys.clientID": "SECRET"}),
		"the last keys of one name":         refuse("spec.secret.keys", ownKeyNames, fields{"spec.secret.keys.jwksURI": "REVOKE"}),
		"a key with the default of another": refuse("spec.secret.keys", ownKeyNames, fields{"spec.secret.keys": map[string]any{"clientID": "client_secret"}}),
	}
	for _, name := range secretKeyNames {
		at := "spec.secret.keys." + name
		out = merged(out, textExamples(text{at: at, min: 1, max: 253,
			good: []string{"a", "A-b_c.d", ".hidden", "client_id"},
			bad:  []string{"a b", "a/b", "../a", "a\n", "\u00e9", "a:b", "$a"}}))
		out[at+" with two dots later"] = accept(at, dottedKey, fields{at: "a..b"})
		for _, value := range []string{".", "..", "..a"} {
			out[fmt.Sprintf("%s %q", at, value)] = refuse(at, dottedKey, fields{at: value})
		}
	}
	return out
}()

var (
	clientDurations = merged(lifetimeExamples("spec.tokens.accessToken.lifetime"), overlapExamples("spec.secret.rotation.overlap"))
	serverDurations = lifetimeExamples("spec.tokens.accessToken.lifetime")
)

// notDurations look like durations to somebody.
var notDurations = []string{"", "1", "15 m", "15M", "-1s", "+1s", "1d", "garbage", "PT15M", "15m ", "15m\n", "1e3s", ".5h", "1.h", "\u0661s", "1us", "1ns", "infinity"}

func lifetimeExamples(at string) examples {
	out := durationExamples(at)
	for _, value := range []string{"1s", "2s", "15m", "24h", "86400s", "1h30m", "23h59m60s"} {
		out[fmt.Sprintf("%s %q", at, value)] = accept(at, lifetimeSpan, fields{at: value})
	}
	for _, value := range []string{"0s", "0h", "24h1s", "86401s", "25h", "100000h"} {
		out[fmt.Sprintf("%s %q", at, value)] = refuse(at, lifetimeSpan, fields{at: value})
	}
	// Whole seconds, however small the rest and however it is spelled.
	for _, value := range []string{
		"1000ms", "1500ms", "999ms", "1.5s", "0.9s", "1s1ms", "0.5h", "0.0003h", "1.0005s", "1.0001s", "1.000000001s", "15m0.0009s", "1.0s",
	} {
		out[fmt.Sprintf("%s %q", at, value)] = refuse(at, "pattern", fields{at: value})
	}
	return out
}

func overlapExamples(at string) examples {
	out := durationExamples(at)
	for _, value := range []string{"0s", "1s", "1h", "720h", "43200m", "1500ms", "0.5h"} {
		out[fmt.Sprintf("%s %q", at, value)] = accept(at, overlapSpan, fields{at: value})
	}
	for _, value := range []string{"720h1s", "721h", "720h0.001s", "100000h"} {
		out[fmt.Sprintf("%s %q", at, value)] = refuse(at, overlapSpan, fields{at: value})
	}
	return out
}

func durationExamples(at string) examples {
	out := examples{
		at + " as long as allowed": accept(at, "maxLength", fields{at: "0000000000000000000000000000001s"}),
		at + " too long":           refuse(at, "maxLength", fields{at: "00000000000000000000000000000001s"}),
		at + " plain":              accept(at, "pattern", nil),
	}
	for _, value := range notDurations {
		out[fmt.Sprintf("%s %q", at, value)] = refuse(at, "pattern", fields{at: value})
	}
	return out
}
