package schema

import (
	"fmt"
	"strings"
)

const (
	originAt      = "spec.allowedOrigins[]"
	originForm    = "an origin is https, or http on localhost, 127.0.0.1 or [::1], in lower case and without a path, such as https://app.example or http://localhost:3000"
	originPort    = "an origin does not name the default port of its scheme; browsers leave it out"
	startPageLink = "startPage Show needs clientURI, to which the start page links"
	claimAt       = "spec.claims[].name"
	reservedClaim = "name is a claim that protocols give a meaning to; choose another"
)

// clientPeople are the fields of an OAuthClient that are about people.
var clientPeople = merged(originExamples(), claimExamples(),
	textExamples(
		text{at: "spec.access.groups[]", min: 1, max: 128, fill: "é",
			good: []string{"staff", "Domain Users", "team:a/b", "CN=Staff,O=Example"},
			bad:  []string{" ", "a\nb", " a", "a ", "a  b", "admin\u200b", "a\u202eb", "a\u00a0b"}},
		text{at: "spec.access.users[]", min: 1, max: 128, fill: "é",
			good: []string{"ada", "ada@app.example", "Ada Lovelace"},
			bad:  []string{" ", "a\nb", " a", "a ", "a  b", "ada\u200b", "a\u202eb", "a\u00a0b"}},
	),
	enumExamples("spec.startPage", "Show", "Hide"),
	examples{
		"a start page without a link":    refuse("spec", startPageLink, fields{"spec.startPage": "Show", "spec.clientURI": nil}),
		"a start page with a link":       accept("spec", startPageLink, fields{"spec.startPage": "Show", "spec.clientURI": "https://app.example"}),
		"no start page without a link":   accept("spec", startPageLink, fields{"spec.startPage": "Hide", "spec.clientURI": nil}),
		"nothing said of the start page": accept("spec", startPageLink, fields{"spec.startPage": nil, "spec.clientURI": nil}),
	},
	enumExamples("spec.pkce", "Auto", "Required", "Optional"),
	enumExamples("spec.pushedAuthorization", "Optional", "Required"),
	enumExamples("spec.subjectType", "public", "pairwise"),
	enumExamples("spec.consent", "Remember", "Prompt", "Skip"),
	enumExamples("spec.tokens.idToken.algorithm", "ES256", "RS256"),
	enumExamples("spec.tokens.idToken.claims", "Granted", "Requested"),
	enumExamples("spec.claims[].from", "sub", "name", "given_name", "middle_name", "family_name", "nickname", "preferred_username", "profile", "picture", "website",
		"gender", "birthdate", "locale", "zoneinfo", "updated_at", "email", "email_verified", "phone_number", "phone_number_verified", "address", "groups"),
	requiredExamples("spec.claims[].name", "spec.claims[].from"),
)

func originExamples() examples {
	long := "https://" + strings.Repeat("a", 292)
	out := examples{
		originAt + " as long as allowed": accept(originAt, "maxLength", fields{originAt: long}),
		originAt + " too long":           refuse(originAt, "maxLength", fields{originAt: long + "a"}),
		originAt + " given":              accept(originAt, "minLength", nil),
		originAt + " empty":              refuse(originAt, "minLength", fields{originAt: ""}),
	}
	for _, origin := range []string{
		"https://app.example", "https://app.example:8443", "https://app.example:1", "https://app.example:65535", "https://xn--pp-via.example",
		"https://192.0.2.1", "https://[2001:db8::1]", "https://[::1]:8443", "https://under_score.example", "https://localhost", "https://a",
		"http://localhost", "http://localhost:3000", "http://127.0.0.1:5173", "http://[::1]", "http://[::1]:65535",
	} {
		out[fmt.Sprintf("%s %q", originAt, origin)] = accept(originAt, originForm, fields{originAt: origin})
	}
	for _, origin := range []string{
		"*", "null", "app.example", "//app.example", "https:", "https://", "https:/app.example", "https:app.example", "HTTPS://app.example", "https://App.example",
		"https://app.example/", "https://app.example/a", "https://app.example?a", "https://app.example#a", "https://*.app.example", "https://*",
		"https://user@app.example", "https://app.example:443@evil.example", `https://app.example\evil.example`, "https://app.example,https://b.example",
		"https://app.example https://b.example", " https://app.example", "https://app.example ", "https://app.example\n", "https://app.example\nhttps://b.example", "https://app.example\x00",
		"https://\u00e4pp.example", "https://app\u3002example", "https://app\u200b.example", "https://\u212Aelvin.example", "https://app.example.", "https://.app.example", "https://-app.example",
		"https://app.example:", "https://app.example:0", "https://app.example:08443", "https://app.example:65536", "https://app.example:70000", "https://app.example:99999",
		"https://app.example:123456", "https://app.example:x", "https://app.example:-1", "https://app.example:8443:8443",
		"https://[2001:DB8::1]", "https://[]", "https://[:]", "https://[::1", "https://[::1]evil.example", "https://[app.example]", "https://[::1%25lo]", "https://2001:db8::1",
		"http://app.example", "http://localhost.evil.example", "http://127.0.0.1.evil.example", "http://127.0.0.2", "http://[::]", "http://[0:0:0:0:0:0:0:1]", "http://LOCALHOST",
		"http://localhost/", "http://localhost:99999", "ws://localhost", "wss://app.example", "file://", "javascript:alert(1)", "data:x", "com.example.app:", "chrome-extension://abc",
	} {
		out[fmt.Sprintf("%s %q", originAt, origin)] = refuse(originAt, originForm, fields{originAt: origin})
	}
	for _, origin := range []string{"https://app.example:80", "https://app.example:4430", "https://[2001:db8::443]", "http://localhost:443", "http://localhost:8080", "http://[::1]:8"} {
		out[fmt.Sprintf("%s port of %q", originAt, origin)] = accept(originAt, originPort, fields{originAt: origin})
	}
	for _, origin := range []string{"https://app.example:443", "https://[2001:db8::1]:443", "http://localhost:80", "http://127.0.0.1:80", "http://[::1]:80"} {
		out[fmt.Sprintf("%s port of %q", originAt, origin)] = refuse(originAt, originPort, fields{originAt: origin})
	}
	return out
}

func claimExamples() examples {
	out := textExamples(text{at: claimAt, min: 1, max: 64,
		good: []string{"a", "_id", "displayName", "https://app.example/role", "urn:example:role", "a.b-c_d"},
		bad:  []string{"1a", "-a", ".a", "/a", "a b", " a", "a\n", "\u00e9", "\u017fub", "a\x00", `a"b`, "a,b", "$a", "a#b"}})
	for _, name := range []string{"username", "id", "name", "email", "roles", "subject", "sub_", "issuer", "audience"} {
		out[fmt.Sprintf("%s %q means nothing to protocols", claimAt, name)] = accept(claimAt, reservedClaim, fields{claimAt: name})
	}
	for _, name := range []string{
		"iss", "sub", "aud", "exp", "nbf", "iat", "jti", "auth_time", "nonce", "acr", "amr", "azp", "at_hash", "c_hash", "s_hash", "sid", "sub_jwk", "events",
		"client_id", "scope", "cnf", "grant_id", "act", "may_act", "active", "token_type", "typ", "alg", "kid", "sub_id", "authorization_details", "_claim_names", "_claim_sources",
		"Sub", "SUB", "sUb", "Aud", "Nonce", "AT_HASH", "Client_ID", "Grant_ID",
	} {
		out[fmt.Sprintf("%s %q means something to protocols", claimAt, name)] = refuse(claimAt, reservedClaim, fields{claimAt: name})
	}
	return out
}
