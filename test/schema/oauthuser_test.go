package schema

import (
	"fmt"
	"strings"
)

const (
	fixedUsername = "username cannot be changed; create another OAuthUser instead"
	countryCode   = "a verified phoneNumber must begin with + and the country code (OpenID Connect Core section 5.1)"
	fixedSubject  = "subject cannot be changed, set or removed later; create another OAuthUser instead"
)

// words are texts of single spaces between words, and what looks like one.
func words(at string, most int) text {
	return text{at: at, min: 1, max: most, fill: "é",
		good: []string{"Alice Example", "\u00dcn\u00efc\u00f6d\u00e9 \u5fdc\u7528", "<b>a</b>", "O'Neil"},
		bad:  []string{"a\nb", "a\tb", "a\x00b", "a\x7fb", "a\u202eb", "a\u200bb", "\ufeffa", " ", " a", "a ", "a  b", "a\u2028b", "a\u00a0b"}}
}

// lines are texts that may have several lines.
func lines(at string, most int) text {
	return text{at: at, min: 1, max: most, fill: "é",
		good: []string{"1 Road\nTown\nCountry", "a  b", " "},
		bad:  []string{"a\tb", "a\r\nb", "a\x00b", "a\u202eb", "a\u2028b", "a\u00a0b"}}
}

// userTexts are the strings of an OAuthUser's spec.
var userTexts = merged(
	textExamples(
		text{at: "spec.username", min: 1, max: 128, fill: "é",
			good: []string{"a", "alice", "Alice Example", "alice@app.example", "\u5fdc\u7528", "#alice", "$2y$"},
			bad:  []string{":", "alice:", "a:b", " alice", "alice ", "a  b", "alice\n", "a\tb", "a\x00b", "a\u200bb", "a\u202eb", "a\u00a0b", "\ufeffalice"}},
		text{at: "spec.subject", min: 1, max: 58,
			good: []string{"a", "A.b_c~d-e", "0", ".", "4f9c0e1c-8e3c-4b43-a1a9-0d1f1c1d1e1f"},
			bad:  []string{"local:a", "a b", "a/b", "a@b", "a\n", "\u00e9", "a:b", "*"}},
		words("spec.displayName", 128), words("spec.givenName", 128), words("spec.familyName", 128), words("spec.phoneNumber", 64),
		words("spec.middleName", 128), words("spec.nickname", 128), words("spec.gender", 64),
		words("spec.address.locality", 128), words("spec.address.region", 128), words("spec.address.postalCode", 64), words("spec.address.country", 128),
		lines("spec.address.formatted", 1024), lines("spec.address.streetAddress", 512),
		text{at: "spec.email", min: 3, max: 320, prefix: "a@", good: []string{"a@b", "alice+x@app.example", "\u00e9@\u00e9.example"},
			bad: []string{"alice", "alice@", "@app.example", "a@b@c", "a b@c", "a@b c", "a@b\n", "alice@\u202eb", "a\x00@b"}},
		text{at: "spec.locale", good: []string{"en", "pt-BR", "zh-Hans-CN"},
			bad: []string{"", "e", "en_US", "en-", "-en", "en US", "en\n", "123"}},
		text{at: "spec.zoneinfo", max: 64, good: []string{"Europe/Paris", "UTC", "America/Argentina/Ushuaia", "Etc/GMT+1"},
			bad: []string{"", "/Paris", "Europe/", "Europe//Paris", "../x", "a b", "a\n"}},
		text{at: "spec.birthdate", max: 10, prefix: "1990-12-31", good: []string{"1990-12-31", "0000-02-29", "1990"},
			bad: []string{"", "0000", "90", "1990-1-1", "1990-13-01", "1990-02-30", "1990-04-31", "1990-00-01", "1990-01-00", "31.12.1990", "19900101", "1990-01", "1990\n"}},
		text{at: "spec.groups[]", min: 1, max: 128, fill: "é", good: []string{"devs", "team:devs", "/devs", "\u5fdc"},
			bad: []string{" ", "a b", "a\n", " a", "a ", "a\u200bb", "a\u00a0b", "a\x00"}},
		text{at: "spec.passwordSecretRef.name", min: 1, max: 253, good: []string{"a", "a-b.c"}, bad: []string{"A", "a_b", "-a", "a-", "a..b", "a/b", "a\n"}},
		text{at: "spec.passwordSecretRef.key", min: 1, max: 253, good: []string{"a", "A-b_c.d", ".htpasswd"}, bad: []string{"a b", "a/b", "../a", "a\n", "\u00e9"}},
	),
	webURIExamples("spec.pictureURI"), webURIExamples("spec.profileURI"), webURIExamples("spec.websiteURI"),
	examples{
		"a verified number":                 accept("spec", countryCode, fields{"spec.phoneNumber": "+1 425 555 1212", "spec.phoneNumberVerified": true}),
		"a verified number without country": refuse("spec", countryCode, fields{"spec.phoneNumber": "425 555 1212", "spec.phoneNumberVerified": true}),
		"a number without country":          accept("spec", countryCode, fields{"spec.phoneNumber": "425 555 1212", "spec.phoneNumberVerified": false}),
		"a locale of 35 characters":         accept("spec.locale", "maxLength", fields{"spec.locale": "en-abcd" + strings.Repeat("-abcdef", 4)}),
		"a locale of 36 characters":         refuse("spec.locale", "maxLength", fields{"spec.locale": "en-abcde" + strings.Repeat("-abcdef", 4)}),
		"spec.passwordSecretRef.key .a":     accept("spec.passwordSecretRef.key", dottedKey, fields{"spec.passwordSecretRef.key": "a..b"}),
	},
	dottedExamples("spec.passwordSecretRef.key"),
	requiredExamples("spec", "spec.username", "spec.passwordSecretRef.name"),
	strictTimeExamples("spec.sessionsNotBefore"), strictTimeExamples("spec.updatedAt"),
	setExamples("spec.groups", 128, numbered("group%d")),
)

func dottedExamples(at string) examples {
	out := examples{}
	for _, value := range []string{".", "..", "..a"} {
		out[fmt.Sprintf("%s %q", at, value)] = refuse(at, dottedKey, fields{at: value})
	}
	return out
}

var userStatus = setExamples("status.conditions", 16, condition)
