package assertions

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"
)

// made returns what a client could send: a header, a payload and a signature.
func made(header, payload string) string {
	encode := base64.RawURLEncoding.EncodeToString
	return encode([]byte(header)) + "." + encode([]byte(payload)) + "." + encode([]byte("signatures"))
}

const plainHeader = `{"alg":"ES256","kid":"a","typ":"JWT"}`

func TestParse(t *testing.T) {
	tests := map[string]struct {
		text string
		ok   bool
	}{
		"an assertion":                     {made(plainHeader, `{"iss":"a","sub":"a","aud":"b","exp":1,"jti":"c"}`), true},
		"a list of audiences":              {made(plainHeader, `{"aud":["b","c"]}`), true},
		"a time with a fraction":           {made(plainHeader, `{"exp":1.5}`), true},
		"no type":                          {made(`{"alg":"ES256"}`, `{}`), true},
		"the type of RFC 7523bis":          {made(`{"alg":"ES256","typ":"client-authentication+jwt"}`, `{}`), true},
		"members that nobody knows":        {made(`{"alg":"ES256","jku":"https://evil.example","x5u":"https://evil.example","jwk":{"kty":"oct"}}`, `{"x":[{"y":1}]}`), true},
		"nothing":                          {"", false},
		"two parts":                        {"e30.e30", false},
		"four parts":                       {made(plainHeader, `{}`) + ".e30", false},
		"an encrypted one":                 {made(plainHeader, `{}`) + ".e30.e30", false},
		"no signature":                     {"e30.e30.", false},
		"no algorithm":                     {made(`{"kid":"a"}`, `{}`), false},
		"an algorithm that is no text":     {made(`{"alg":["ES256"]}`, `{}`), false},
		"crit":                             {made(`{"alg":"ES256","crit":["exp"]}`, `{}`), false},
		"crit that is empty":               {made(`{"alg":"ES256","crit":[]}`, `{}`), false},
		"crit that is null":                {made(`{"alg":"ES256","crit":null}`, `{}`), false},
		"b64":                              {made(`{"alg":"ES256","b64":false}`, `{}`), false},
		"zip":                              {made(`{"alg":"ES256","zip":"DEF"}`, `{}`), false},
		"an access token":                  {made(`{"alg":"ES256","typ":"at+jwt"}`, `{}`), false},
		"a proof of possession":            {made(`{"alg":"ES256","typ":"dpop+jwt"}`, `{}`), false},
		"a logout token":                   {made(`{"alg":"ES256","typ":"logout+jwt"}`, `{}`), false},
		"a claim twice":                    {made(plainHeader, `{"sub":"a","sub":"b"}`), false},
		"a claim twice, once spelled":      {made(plainHeader, `{"sub":"a","\u0073ub":"b"}`), false},
		"an unknown claim twice":           {made(plainHeader, `{"x":1,"x":2}`), false},
		"an algorithm twice":               {made(`{"alg":"ES256","alg":"none"}`, `{}`), false},
		"a nested JWT":                     {made(plainHeader, made(plainHeader, `{}`)), false},
		"a list":                           {made(plainHeader, `[]`), false},
		"null":                             {made(plainHeader, `null`), false},
		"a text":                           {made(plainHeader, `"x"`), false},
		"more behind the object":           {made(plainHeader, `{} {}`), false},
		"a space before it":                {made(plainHeader, ` {}`), false},
		"a subject that is no text":        {made(plainHeader, `{"sub":1}`), false},
		"a time that is a text":            {made(plainHeader, `{"exp":"1"}`), false},
		"a time beyond numbers":            {made(plainHeader, `{"exp":1e999}`), false},
		"an audience that is no text":      {made(plainHeader, `{"aud":1}`), false},
		"audiences that are no texts":      {made(plainHeader, `{"aud":[1]}`), false},
		"audiences in lists":               {made(plainHeader, `{"aud":[["b"]]}`), false},
		"base64 with padding":              {strings.Replace(made(plainHeader, `{}`), ".", "=.", 1), false},
		"base64 with a line break":         {strings.Replace(made(plainHeader, `{}`), ".", "\n.", 1), false},
		"base64 of another alphabet":       {strings.Replace(made(plainHeader, `{"x":"???"}`), "_", "/", 1) + "/", false},
		"base64 in another spelling":       {made(plainHeader, `{}`)[:len(made(plainHeader, `{}`))-1] + "x", false},
		"Unicode":                          {"\u00e9." + made(plainHeader, `{}`), false},
		"as long as allowed, but nonsense": {strings.Repeat("a", MaxSize), false},
		"too long":                         {made(plainHeader, `{"x":"`+strings.Repeat("a", MaxSize)+`"}`), false},
		"deep":                             {made(plainHeader, `{"x":`+strings.Repeat("[", 3000)+strings.Repeat("]", 3000)+`}`), true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			a, err := Parse(test.text)
			if (err == nil) != test.ok || (a != nil) != test.ok {
				t.Errorf("%v, %v", a, err)
			}
		})
	}
}

// A claim in other case is another claim: the decoder of the standard library would
// take it for this one.
func TestNamesOfClaimsAreComparedAsTheyAre(t *testing.T) {
	a, err := Parse(made(`{"alg":"ES256","Alg":"none","KID":"x"}`, `{"sub":"a","SUB":"b","Exp":1,"aUd":"c"}`))
	if err != nil {
		t.Fatal(err)
	}
	if a.Header.Algorithm != "ES256" || a.Header.KeyID != "" || a.Claims.Subject != "a" || a.Claims.ExpiresAt != nil || a.Claims.Audience != nil {
		t.Errorf("read as %+v", a)
	}
}

// FuzzParse checks that what is signed is what was read.
func FuzzParse(f *testing.F) {
	for _, text := range []string{"", "..", "e30.e30.e30", made(plainHeader, `{}`), made(plainHeader, `{"iss":"a","aud":["b"],"exp":1.5,"nbf":-1,"iat":1e9,"jti":"\u0000"}`), made(`{"alg":"none"}`, `{"aud":null}`)} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		a, err := Parse(text)
		if err != nil {
			if a != nil || !errors.Is(err, ErrMalformed) {
				t.Fatalf("refused with %v", err)
			}
			return
		}
		if len(text) > MaxSize || a.Text != text || a.Signed+"."+base64.RawURLEncoding.EncodeToString(a.Signature) != text || strings.Count(text, ".") != 2 {
			t.Fatalf("%q was read as %q", text, a.Signed)
		}
	})
}
