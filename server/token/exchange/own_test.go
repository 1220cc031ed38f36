package exchange

import "testing"

// A claim that only looks like one of the server's says nothing.
func TestIDTokensAreReadExactly(t *testing.T) {
	const rest = `"iss":"i","sub":"s","aud":"a","iat":1,"exp":2`
	for payload, grant := range map[string]string{
		`{` + rest + `,"grant_id":"g"}`:                                  "g",
		`{` + rest + `,"grant_id":"g","Grant_ID":"h"}`:                   "g",
		`{` + rest + `,"Grant_ID":"h"}`:                                  "",
		`{` + rest + `}`:                                                 "",
		`{` + rest + `,"grant_id":["g"]}`:                                "",
		`{"iss":"i","aud":"a","grant_id":"g"}`:                           "",
		`{"iss":"i","Sub":"s","aud":"a","iat":1,"exp":2,"grant_id":"g"}`: "",
		`[]`: "",
	} {
		if claims, ok := readID([]byte(payload)); ok != (grant != "") || ok && claims.grant != grant {
			t.Errorf("%s: %+v, %t", payload, claims, ok)
		}
	}
}
