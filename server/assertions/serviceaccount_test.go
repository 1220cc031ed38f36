package assertions

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestTokensOfServiceAccountsThatAreWorthAQuestion(t *testing.T) {
	const issuer, app = "https://auth.example", "system:serviceaccount:team:app"
	now := time.Unix(1_800_000_000, 500_000_000)
	base := map[string]string{"iss": `"https://cluster"`, "sub": `"` + app + `"`, "aud": `["` + issuer + `"]`, "exp": "1800000001", "nbf": "1800000000", "iat": "1800000000"}
	tests := map[string]struct {
		change map[string]string
		ok     bool
	}{
		"as the cluster makes it":              {nil, true},
		"with one audience as a text":          {map[string]string{"aud": `"` + issuer + `"`}, true},
		"begun a minute from now":              {map[string]string{"nbf": "1800000060", "iat": "1800000060"}, true},
		"of the other account":                 {map[string]string{"sub": `"system:serviceaccount:team:job"`}, true},
		"of an account that is not listed":     {map[string]string{"sub": `"system:serviceaccount:team:other"`}, false},
		"of a namesake elsewhere":              {map[string]string{"sub": `"system:serviceaccount:other:app"`}, false},
		"of a client":                          {map[string]string{"sub": `"team.app"`}, false},
		"of nobody":                            {map[string]string{"sub": ""}, false},
		"for another audience":                 {map[string]string{"aud": `["https://other.example"]`}, false},
		"for another audience, too":            {map[string]string{"aud": `["` + issuer + `","https://other.example"]`}, false},
		"for the issuer twice":                 {map[string]string{"aud": `["` + issuer + `","` + issuer + `"]`}, false},
		"for a URL below the issuer":           {map[string]string{"aud": `["` + issuer + `/"]`}, false},
		"for no audience":                      {map[string]string{"aud": "[]"}, false},
		"without an audience, as it once was":  {map[string]string{"aud": ""}, false},
		"without an issuer":                    {map[string]string{"iss": ""}, false},
		"without an end, as it once was":       {map[string]string{"exp": ""}, false},
		"that has ended":                       {map[string]string{"exp": "1800000000.5"}, false},
		"that ended long ago":                  {map[string]string{"exp": "-1"}, false},
		"that has not begun for two minutes":   {map[string]string{"nbf": "1800000120"}, false},
		"that was not made for two minutes":    {map[string]string{"iat": "1800000120"}, false},
		"with an end that is null":             {map[string]string{"exp": "null"}, false},
		"with a subject in other case":         {map[string]string{"sub": `"System:serviceaccount:team:app"`}, false},
		"with more behind the account":         {map[string]string{"sub": `"` + app + `:x"`}, false},
		"with a NUL behind the account's name": {map[string]string{"sub": `"` + app + `\u0000"`}, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var members []string
			for claim, value := range base {
				if changed, ok := test.change[claim]; ok {
					value = changed
				}
				if value != "" {
					members = append(members, fmt.Sprintf("%q:%s", claim, value))
				}
			}
			a, err := Parse(made(`{"alg":"RS256"}`, "{"+strings.Join(members, ",")+"}"))
			if err != nil {
				t.Fatal(err)
			}
			if got := a.MayBeOf([]string{"system:serviceaccount:team:job", app}, issuer, now); got != test.ok {
				t.Errorf("worth a question: %t", got)
			}
			if a.MayBeOf(nil, issuer, now) {
				t.Error("worth a question of a client without accounts")
			}
		})
	}
}
