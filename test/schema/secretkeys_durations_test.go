package schema

import "fmt"

const (
	dottedKey   = "a key of a Secret must not be . and must not begin with .."
	overlapSpan = "overlap must be between 0s and 720h"
)

var secretKeyNames = []string{"clientID", "clientSecret", "issuer", "authorizationEndpoint", "tokenEndpoint", "userinfoEndpoint", "endSessionEndpoint",
	"introspectionEndpoint", "revocationEndpoint", "jwksURI", "pushedAuthorizationRequestEndpoint", "deviceAuthorizationEndpoint", "internalTokenEndpoint", "internalIntrospectionEndpoint", "internalJWKSURI", "caCertificate"}

// clientSecretKeys are the names of the keys in a client's Secret.
var clientSecretKeys = func() examples {
	out := examples{
		"key names that differ":             accept("spec.secret.keys", ownKeyNames, nil),
		"key names that differ in case":     accept("spec.secret.keys", ownKeyNames, fields{"spec.secret.keys.clientID": "secret"}),
		"two keys of one name":              refuse("spec.secret.keys", ownKeyNames, fields{"spec.secret.keys.clientID": "SECRET"}),
		"the last keys of one name":         refuse("spec.secret.keys", ownKeyNames, fields{"spec.secret.keys.caCertificate": "REVOKE"}),
		"the middle keys of one name":       refuse("spec.secret.keys", ownKeyNames, fields{"spec.secret.keys.userinfoEndpoint": "AUTHORIZE"}),
		"a key with a default of today":     refuse("spec.secret.keys", ownKeyNames, fields{"spec.secret.keys": map[string]any{"issuer": "end_session_endpoint"}}),
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
	clientDurations = merged(
		tokenLifetimes,
		overlapExamples("spec.secret.rotation.overlap"),
	)
	serverDurations = merged(
		tokenLifetimes,
		graceExamples("spec.tokens.refreshToken.gracePeriod"),
		secondsExamples("spec.login.sessionLifetime", "sessionLifetime must be between 1s and 720h",
			[]string{"1s", "12h", "720h", "43200m"}, []string{"0s", "720h1s", "721h"}),
		secondsExamples("spec.login.pageLifetime", "pageLifetime must be between 1s and 24h",
			[]string{"1s", "30m", "24h"}, []string{"0s", "24h1s", "25h"}),
	)
)

// tokenLifetimes are those that a server sets and a client overrides.
var tokenLifetimes = merged(
	lifetimeExamples("spec.tokens.accessToken.lifetime"),
	lifetimeExamples("spec.tokens.idToken.lifetime"),
	secondsExamples("spec.tokens.refreshToken.lifetime", "lifetime must be between 1s and 87600h",
		[]string{"1s", "720h", "87600h", "5256000m"}, []string{"0s", "0h", "87600h1s", "87601h"}),
	secondsExamples("spec.tokens.refreshToken.idleLifetime", "idleLifetime must be between 1s and 87600h",
		[]string{"1s", "168h", "87600h"}, []string{"0s", "0m", "87600h1s", "87601h"}),
	secondsExamples("spec.tokens.authorizationCode.lifetime", "lifetime must be between 1s and 10m",
		[]string{"1s", "60s", "1m", "10m", "600s"}, []string{"0s", "10m1s", "601s", "1h"}),
)

// notDurations look like durations to somebody.
var notDurations = []string{"", "1", "15 m", "15M", "-1s", "+1s", "1d", "garbage", "PT15M", "15m ", "15m\n", "1e3s", ".5h", "1.h", "\u0661s", "1us", "1ns", "infinity"}

func lifetimeExamples(at string) examples {
	return secondsExamples(at, "lifetime must be between 1s and 24h",
		[]string{"1s", "2s", "15m", "24h", "86400s", "1h30m", "23h59m60s"}, []string{"0s", "0h", "24h1s", "86401s", "25h", "100000h"})
}

func graceExamples(at string) examples {
	return secondsExamples(at, "gracePeriod must be between 0s and 10m",
		[]string{"0s", "0h", "1s", "10s", "10m", "600s"}, []string{"10m1s", "601s", "1h"})
}

// secondsExamples are durations inside and outside a span, in whole seconds, however
// small the rest and however it is spelled.
func secondsExamples(at, span string, inside, outside []string) examples {
	out := durationExamples(at)
	for _, value := range inside {
		out[fmt.Sprintf("%s %q", at, value)] = accept(at, span, fields{at: value})
	}
	for _, value := range append([]string{"2562047h47m17s", "9223372037s", "99999999999999999999h"}, outside...) {
		out[fmt.Sprintf("%s %q", at, value)] = refuse(at, span, fields{at: value})
	}
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
