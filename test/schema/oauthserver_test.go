package schema

import (
	"fmt"
	"strings"
)

const (
	issuerAt       = "spec.issuer"
	issuerURL      = "issuer must be an https URL, or http on localhost, 127.0.0.1 or [::1], without query, fragment, user information and trailing slash"
	issuerSegments = "issuer must not contain the path segments . and .., which clients resolve before they ask"
	selectorNeeded = "selector is needed exactly when from is Selector"
	everyAudience  = "the audience * stands for all that are not listed, so it has no displayName and cannot be restricted; remove it to allow only listed audiences"
	longServerName = "metadata.name must have at most 63 characters, so that the names made from it fit"
)

var serverRules = merged(issuerExamples(), examples{
	"a server with a name of 63 characters": accept("", longServerName, undeployed(fields{"metadata.name": strings.Repeat("a", 63)})),
	"a server with a name of 64 characters": refuse("", longServerName, undeployed(fields{"metadata.name": strings.Repeat("a", 64)})),
	"Selector with a selector":              accept("spec.clientNamespaces", selectorNeeded, nil),
	"All without selector":                  accept("spec.clientNamespaces", selectorNeeded, fields{"spec.clientNamespaces": map[string]any{"from": "All"}}),
	"Selector without selector":             refuse("spec.clientNamespaces", selectorNeeded, fields{"spec.clientNamespaces.selector": nil}),
	"All with a selector":                   refuse("spec.clientNamespaces", selectorNeeded, fields{"spec.clientNamespaces.from": "All"}),
	"Same with a selector":                  refuse("spec.clientNamespaces", selectorNeeded, fields{"spec.clientNamespaces.from": "Same"}),
	"every audience":                        accept("spec.audiences[]", everyAudience, audience(map[string]any{"name": "*"})),
	"every audience, not restricted":        accept("spec.audiences[]", everyAudience, audience(map[string]any{"name": "*", "restricted": false})),
	"one audience, restricted":              accept("spec.audiences[]", everyAudience, audience(map[string]any{"name": "api", "restricted": true})),
	"every audience, restricted":            refuse("spec.audiences[]", everyAudience, audience(map[string]any{"name": "*", "restricted": true})),
	"every audience, with a name":           refuse("spec.audiences[]", everyAudience, audience(map[string]any{"name": "*", "displayName": "All"})),
	"a selector without from":               refuse("spec.clientNamespaces", selectorNeeded, fields{"spec.clientNamespaces.from": nil}),
})

// audience is a catalogue with one audience.
func audience(definition map[string]any) fields {
	return fields{"spec.audiences": []any{definition}}
}

var serverTexts = merged(
	serverAppearance,
	textExamples(
		text{at: "spec.scopes[].name", min: 1, max: 128, good: []string{"openid", "a:b"}, bad: []string{"a b", "a\"b", "a\\b", "\u00e9"}},
		text{at: "spec.scopes[].description", max: 256, good: []string{"", "Read your data"}, bad: []string{"a\nb", "a\u202eb", "a\x00b"}},
		text{at: "spec.audiences[].name", min: 1, max: 512, good: []string{"https://api.example"}, bad: []string{"a b", "\u00e9"}},
		text{at: "spec.audiences[].displayName", min: 1, max: 128, good: []string{"Payroll", "La paie"}, bad: []string{" a", "a  b", "a\nb", "a\u202eb"}},
	),
	enumExamples("spec.clientNamespaces.from", "Selector"),
	enumExamples("spec.keys.algorithm", "ES256"),
	enumExamples("spec.login.pushedAuthorization", "Optional", "Required"),
	enumExamples("spec.tokens.accessToken.format", "JWT", "Opaque"),
	enumExamples("spec.tokens.accessToken.binding", "IfProved", "DPoP", "Certificate", "Required"),
	enumExamples("spec.http.dpopNonce", "Offer", "Require"),
	enumExamples("spec.tokens.refreshToken.retry", "GracePeriod", "UntilUsed"),
	enumExamples("spec.tokens.idToken.algorithm", "RS256", "ES256"),
	enumExamples("spec.tokens.idToken.claims", "Granted", "Requested"),
	requiredExamples("spec", "spec.issuer", "spec.scopes[].name", "spec.audiences[].name"),
)

var serverSessions = merged(
	rangeExamples("spec.sessions.maxGrants", 1, 10_000_000), rangeExamples("spec.sessions.maxGrantsPerClient", 1, 10_000_000),
	rangeExamples("spec.sessions.maxGrantsPerUser", 1, 100_000), rangeExamples("spec.sessions.maxLogins", 1, 10_000_000),
	rangeExamples("spec.sessions.maxLoginsPerUser", 1, 100_000), rangeExamples("spec.sessions.maxMarks", 1, 10_000_000),
)

var serverLists = merged(
	setExamples("spec.audiences", 128, func(i int) any { return map[string]any{"name": fmt.Sprintf("api%d", i)} }),
	setExamples("spec.scopes", 128, func(i int) any { return map[string]any{"name": fmt.Sprintf("scope%d", i)} }),
)

func issuerExamples() examples {
	out := textExamples(text{at: issuerAt, max: 512, prefix: "https://id.example/"})
	out[issuerAt+" empty"] = refuse(issuerAt, "minLength", fields{issuerAt: ""})
	out[issuerAt+" not empty"] = accept(issuerAt, "minLength", nil)
	for _, url := range []string{
		"https://id.example", "https://id.example:8443", "https://id.example/tenant/a", "https://id.example/~a_b-c.d", "https://[2001:db8::1]:8443",
		"https://192.0.2.1", "http://localhost:8080", "http://127.0.0.1:8080/a", "http://[::1]:8080",
	} {
		out[fmt.Sprintf("issuer %q", url)] = accept(issuerAt, issuerURL, fields{issuerAt: url})
	}
	for _, url := range []string{
		"id.example", "//id.example", "https://", "https:///a", "https:id.example", "http://id.example", "http://localhost.evil.example", "http://127.0.0.1.evil.example",
		"https://id.example/", "https://id.example/a/", "https://id.example//a", "https://id.example?x", "https://id.example#x", "https://id.example/?", "https://user@id.example",
		"https://id.example:443@evil.example", `https://id.example\a`, "HTTPS://id.example", "javascript:alert(1)", "data:x", "file:///a", "https://id.example/a b", "https://id.example\n",
		" https://id.example", "https://\u00e4.example", "https://id.example/%2e", "https://id.example:", "https://id.example:x", "https://id.example:123456", "https://*.example",
		"https://id.example:0", "https://id.example:99999", "https://id.example:65536", "http://localhost:99999", "https://.", "https://id.example.", "https://-", "https://[:]",
	} {
		out[fmt.Sprintf("issuer %q", url)] = refuse(issuerAt, issuerURL, fields{issuerAt: url})
	}
	for _, url := range []string{"https://id.example/.a", "https://id.example/a..b", "https://id.example/...", "https://id.example/.well-known"} {
		out[fmt.Sprintf("issuer %q", url)] = accept(issuerAt, issuerSegments, fields{issuerAt: url})
	}
	for _, url := range []string{"https://id.example/.", "https://id.example/..", "https://id.example/a/../b", "https://id.example/./a"} {
		out[fmt.Sprintf("issuer %q", url)] = refuse(issuerAt, issuerSegments, fields{issuerAt: url})
	}
	return out
}
