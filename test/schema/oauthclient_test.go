package schema

import (
	"fmt"
	"strings"
)

const (
	needsRedirects = "redirectURIs or redirectURIsFrom needs at least one entry because grantTypes contains authorization_code, as it does by default"
	needsNone      = "redirectURIs must be empty because no grant in grantTypes redirects; remove them or add authorization_code"
	refreshAlone   = "grantTypes with refresh_token needs authorization_code or urn:ietf:params:oauth:grant-type:device_code, which issue the first refresh token"
	noneAlone      = "authentication.method none cannot use client_credentials, which needs a client that authenticates (RFC 6749 section 4.4)"
	noneChallenge  = "pkce Optional needs a client that authenticates; a client with authentication.method none has nothing but PKCE (RFC 9700 section 2.1.1)"
	noneRotates    = "secret.rotation needs a client secret, which only authentication.method client_secret_basic and client_secret_post have"
	longName       = "metadata.name must have at most 200 characters, so that the names made from it fit"
	manyURIs       = "redirectURIs and postLogoutRedirectURIs must have at most 16384 characters together"
	urlAlone       = "grantTypes must not contain client_credentials because clientID is a URL, which cannot be the subject of a token"
	ownKeyNames    = "each key needs a name of its own"
)

// clientRules are the rules across the fields of an OAuthClient.
var clientRules = examples{
	"a name of 200 characters":   accept("", longName, fields{"metadata.name": strings.Repeat("a", 200)}),
	"a name of 201 characters":   refuse("", longName, fields{"metadata.name": strings.Repeat("a", 201)}),
	"URIs as long as allowed":    accept("spec", manyURIs, fields{"spec.redirectURIs": longURIs(6, 2048), "spec.postLogoutRedirectURIs": longURIs(2, 2048)}),
	"redirect URIs too long":     refuse("spec", manyURIs, fields{"spec.redirectURIs": longURIs(9, 2048), "spec.postLogoutRedirectURIs": nil}),
	"URIs too long together":     refuse("spec", manyURIs, fields{"spec.redirectURIs": longURIs(6, 2048), "spec.postLogoutRedirectURIs": longURIs(3, 2048)}),
	"a client without spec":      refuse("spec", "required", fields{"spec": nil}),
	"a client with a spec":       accept("spec", "required", nil),
	"a code client with a URI":   accept("spec", needsRedirects, nil),
	"a code client without URIs": refuse("spec", needsRedirects, fields{"spec.redirectURIs": nil, "spec.redirectURIsFrom": nil}),
	"a code client with no URI":  refuse("spec", needsRedirects, fields{"spec.redirectURIs": []any{}, "spec.redirectURIsFrom": nil}),
	"a client with default grants and no URI": refuse("spec", needsRedirects, fields{
		"spec.redirectURIs": nil, "spec.redirectURIsFrom": nil, "spec.grantTypes": nil}),
	"code and client_credentials without URIs": refuse("spec", needsRedirects, fields{
		"spec.redirectURIs": nil, "spec.redirectURIsFrom": nil, "spec.grantTypes": []any{"client_credentials", "authorization_code"}}),
	"client_credentials without URIs": accept("spec", needsNone, fields{
		"spec.redirectURIs": nil, "spec.redirectURIsFrom": nil, "spec.grantTypes": []any{"client_credentials"}}),
	"client_credentials with an empty list of URIs": accept("spec", needsNone, fields{
		"spec.redirectURIs": []any{}, "spec.redirectURIsFrom": nil, "spec.grantTypes": []any{"client_credentials"}}),
	"client_credentials with a URI": refuse("spec", needsNone, fields{
		"spec.grantTypes": []any{"client_credentials"}}),
	"refresh_token with authorization_code": accept("spec", refreshAlone, nil),
	"refresh_token alone": refuse("spec", refreshAlone, fields{
		"spec.grantTypes": []any{"refresh_token"}, "spec.redirectURIs": nil, "spec.redirectURIsFrom": nil}),
	"refresh_token with client_credentials": refuse("spec", refreshAlone, fields{
		"spec.grantTypes": []any{"refresh_token", "client_credentials"}, "spec.redirectURIs": nil, "spec.redirectURIsFrom": nil}),
	"none with authorization_code": accept("spec", noneAlone, fields{
		"spec.authentication.method": "none", "spec.secret.rotation": nil}),
	"none with client_credentials beside a code": refuse("spec", noneAlone, fields{
		"spec.authentication.method": "none", "spec.secret.rotation": nil,
		"spec.grantTypes": []any{"authorization_code", "client_credentials"}}),
	"none with client_credentials alone": refuse("spec", noneAlone, fields{
		"spec.authentication.method": "none", "spec.secret.rotation": nil,
		"spec.grantTypes": []any{"client_credentials"}, "spec.redirectURIs": nil, "spec.redirectURIsFrom": nil}),
	"a confidential client without challenges": accept("spec", noneChallenge, fields{"spec.pkce": "Optional"}),
	"none with challenges": accept("spec", noneChallenge, fields{
		"spec.authentication.method": "none", "spec.secret.rotation": nil}),
	"none with challenges by default": accept("spec", noneChallenge, fields{
		"spec.authentication.method": "none", "spec.secret.rotation": nil, "spec.pkce": nil}),
	"a URL as ID": accept("spec", urlAlone, fields{"spec.clientID": "https://agent.example/c", "spec.grantTypes": []any{"authorization_code"}}),
	"a URL as ID with client_credentials": refuse("spec", urlAlone, fields{
		"spec.clientID": "https://agent.example/c", "spec.grantTypes": []any{"authorization_code", "client_credentials"}}),
	"none with challenges as needed": accept("spec", noneChallenge, fields{
		"spec.authentication.method": "none", "spec.secret.rotation": nil, "spec.pkce": "Auto"}),
	"none without challenges": refuse("spec", noneChallenge, fields{
		"spec.authentication.method": "none", "spec.secret.rotation": nil, "spec.pkce": "Optional"}),
	"a confidential client that rotates": accept("spec", noneRotates, nil),
	"none without secret":                accept("spec", noneRotates, fields{"spec.authentication.method": "none", "spec.secret": nil}),
	"none that rotates":                  refuse("spec", noneRotates, fields{"spec.authentication.method": "none"}),
	"none with an empty rotation": refuse("spec", noneRotates, fields{
		"spec.authentication.method": "none", "spec.secret.rotation": map[string]any{}}),
}

// clientTexts are the strings of an OAuthClient's spec.
var clientTexts = merged(
	textExamples(
		text{at: "spec.serverRef.name", min: 1, max: 253},
		text{at: "spec.serverRef.namespace", min: 1, max: 63},
		text{at: "spec.clientID", min: 1, max: 300,
			good: []string{"a", "A.b_c~d-e", "team.app.v2", "0", "https://agent.example/client.json", "https://localhost:8443/a?b=%20c"},
			bad: []string{"team:app", "team/app", "team app", " team.app", "team.app ", ".team", "team.", "-team", "team-", "~team", "team_",
				"team\n", "\tteam", "team\x00", "t\u00e9am", "team%2Fapp", "team\\app", "team@app", "team;app", "team,app", "*", "team\u200bapp",
				"https://agent.example", "http://agent.example/c", "https://Agent.example/c", "https://agent.example/c#d", "https://me@agent.example/c", "https:///c", "https://agent.example/a b", "https://agent.example/%zz", "https://agent.example:0/c"}},
		text{at: "spec.displayName", min: 1, max: 128, fill: "é",
			good: []string{"The App", "\u00dcn\u00efc\u00f6d\u00e9 \u5fdc\u7528", "<b>bold</b>"},
			bad:  []string{"a\nb", "a\tb", "a\x00b", "a\x7fb", "pay\u202epal", "a\u200bb", "a\u200fb", "\ufeffa", "a\u2066b", " ", " a", "a ", "a  b", "a\u2028b", "a\u00a0b"}},
		text{at: "spec.contacts[]", min: 1, max: 320,
			good: []string{"team@app.example", "Team App <team@app.example>", "+49 30 123"},
			bad:  []string{"a\nb", " a", "a  b", "a\u2028b"}},
		text{at: "spec.scopes[]", min: 1, max: 128,
			good: []string{"openid", "https://api.example/read", "a:b", "!"},
			bad:  []string{"a b", "a\"b", "a\\b", "a\nb", "\u00e9", " ", "a\x7fb"}},
		text{at: "spec.audiences[]", min: 1, max: 512,
			good: []string{"team.api", "https://api.example", "*"},
			bad:  []string{"a b", "a\nb", "\u00e9", "a\x7fb"}},
		text{at: "spec.secret.name", min: 1, max: 253,
			good: []string{"a", "a.b-c", "0"},
			bad:  []string{"A", "a_b", "a/b", "-a", "a-", ".a", "a.", "a..b", "a b", "a\n", "../a"}},
	),
	enumExamples("spec.authentication.method", "client_secret_basic", "client_secret_post"),
	enumExamples("spec.secret.deletionPolicy", "Delete", "Retain"),
	enumExamples("spec.tokens.accessToken.format", "JWT", "Opaque"),
	enumExamples("spec.tokens.accessToken.binding", "IfProved", "DPoP", "Certificate", "Required"),
	enumExamples("spec.tokens.refreshToken.retry", "GracePeriod", "UntilUsed"),
	requiredExamples("spec.serverRef.name"),
	strictTimeExamples("spec.secret.rotation.requestedAt", "spec.sessionsNotBefore"),
)

// clientLists are the lists of an OAuthClient's spec.
var clientLists = merged(
	setExamples("spec.contacts", 8, numbered("team%d@app.example")),
	setExamples("spec.redirectURIs", 32, numbered("https://app.example/callback/%d")),
	setExamples("spec.postLogoutRedirectURIs", 16, numbered("https://app.example/bye/%d")),
	setExamples("spec.allowedOrigins", 16, numbered("https://app%d.example")),
	setExamples("spec.access.groups", 64, numbered("group%d")),
	setExamples("spec.access.users", 64, numbered("user%d")),
	setExamples("spec.claims", 32, func(i int) any { return map[string]any{"name": numbered("claim%d")(i), "from": "email"} }),
	setExamples("spec.scopes", 64, numbered("scope%d")),
	setExamples("spec.audiences", 32, numbered("team.api%d")),
	examples{
		"all grants":             accept("spec.grantTypes", "maxItems", fields{"spec.grantTypes": []any{"authorization_code", "refresh_token", "client_credentials", deviceGrant}}),
		"more grants than exist": refuse("spec.grantTypes", "maxItems", fields{"spec.grantTypes": []any{"authorization_code", "refresh_token", "client_credentials", deviceGrant, "authorization_code"}}),
		"one grant":              accept("spec.grantTypes", "minItems", fields{"spec.grantTypes": []any{"authorization_code"}}),
		"no grant":               refuse("spec.grantTypes", "minItems", fields{"spec.grantTypes": []any{}}),
		"two grants":             accept("spec.grantTypes", "duplicate", fields{"spec.grantTypes": []any{"authorization_code", "client_credentials"}}),
		"a grant twice":          refuse("spec.grantTypes", "duplicate", fields{"spec.grantTypes": []any{"authorization_code", "authorization_code"}}),
		"a known grant":          accept("spec.grantTypes[]", "enum", nil),
		"the password grant":     refuse("spec.grantTypes[]", "enum", fields{"spec.grantTypes[]": "password"}),
		"the implicit grant":     refuse("spec.grantTypes[]", "enum", fields{"spec.grantTypes[]": "implicit"}),
		"a grant in capitals":    refuse("spec.grantTypes[]", "enum", fields{"spec.grantTypes[]": "AUTHORIZATION_CODE"}),
		"an empty grant":         refuse("spec.grantTypes[]", "enum", fields{"spec.grantTypes[]": ""}),
	},
)

// longURIs returns different URIs of one length.
func longURIs(n, length int) []any {
	out := make([]any, n)
	for i := range out {
		uri := fmt.Sprintf("https://app.example/%d/", i)
		out[i] = uri + strings.Repeat("a", length-len(uri))
	}
	return out
}
