package grants

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestRefreshTokenIsOfItsGrantAndGeneration(t *testing.T) {
	_, set := knownStore(t)
	g := typicalGrant()
	token := g.RefreshToken(set, issuer)
	const want = "grt_00112233445566778899aabbccddeeff.1.gvPpxpXchEsZQsMRl6oAK3jSFh8K7WOwvu0.gvPpxpXcKc9ETdPBZ7YCnka9ZDmHsIkMcIU"
	if token != want {
		t.Errorf("the refresh token is now %s", token)
	}
	if again := g.RefreshToken(set, issuer); again != token {
		t.Errorf("the same generation has %s, too", again)
	}
	next := g.Next(Lifetimes{}, began.Add(time.Hour))
	other, otherNonce := typicalGrant(), typicalGrant()
	other.Name = strings.Repeat("0", 32)
	otherNonce.nonce = []byte("another-one!")
	for name, test := range map[string]struct {
		grant *Grant
		token string
		want  bool
	}{
		"its own":                            {g, token, true},
		"an old one":                         {next, token, true},
		"one that its generation never made": {g, next.RefreshToken(set, issuer), true},
		"of another Grant":                   {g, other.RefreshToken(set, issuer), false},
		"of one of the same name":            {g, otherNonce.RefreshToken(set, issuer), false},
		"of another issuer":                  {g, g.RefreshToken(set, issuer+"/other"), false},
		"another generation":                 {g, strings.Replace(token, ".1.", ".2.", 1), false},
		"another form":                       {g, token[:len(token)-4] + "AAAA", false},
		"no form":                            {g, token[:strings.LastIndexByte(token, '.')+1], false},
		"another mac":                        {g, token[:45] + "AAAA" + token[49:], false},
	} {
		t.Run(name, func(t *testing.T) {
			parsed, err := ParseToken(test.token)
			if err != nil {
				t.Fatal(err)
			}
			if got := parsed.Authentic(set, issuer) && test.grant.Issued(set, issuer, parsed); got != test.want {
				t.Errorf("got %t", got)
			}
		})
	}
}

// A token that was made up is recognised without its Grant.
func TestTokensThatWereMadeUpAreRecognised(t *testing.T) {
	_, set := knownStore(t)
	g := typicalGrant()
	parts := strings.Split(g.RefreshToken(set, issuer), ".")
	for text, want := range map[string]bool{
		strings.Join(parts, "."): true,
		strings.Join([]string{parts[0], parts[1], "x", parts[3]}, "."):                              true,
		strings.Join([]string{parts[0], "2", parts[2], parts[3]}, "."):                              false,
		strings.Join([]string{parts[0], parts[1], parts[3], parts[2]}, "."):                         false,
		strings.Join([]string{"grt_" + strings.Repeat("0", 32), parts[1], parts[2], parts[3]}, "."): false,
	} {
		parsed, err := ParseToken(text)
		if err != nil {
			t.Fatal(err)
		}
		if parsed.Authentic(set, issuer) != want {
			t.Errorf("%s: want %t", text, want)
		}
		if parsed.Authentic(set, issuer+"/other") {
			t.Errorf("%s counts for another issuer", text)
		}
	}
}

func TestTokensThatAreNone(t *testing.T) {
	good := "grt_" + grantName + ".1.mac.form"
	if _, err := ParseToken(good); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"nothing":                     "",
		"another prefix":              strings.Replace(good, "grt_", "gac_", 1),
		"no prefix":                   good[4:],
		"a short name":                strings.Replace(good, grantName, grantName[1:], 1),
		"a name in capitals":          strings.Replace(good, grantName, strings.ToUpper(grantName), 1),
		"a name with a slash":         strings.Replace(good, grantName, "../"+grantName[3:], 1),
		"generation 0":                strings.Replace(good, ".1.", ".0.", 1),
		"a negative generation":       strings.Replace(good, ".1.", ".-1.", 1),
		"a sign":                      strings.Replace(good, ".1.", ".+1.", 1),
		"a leading zero":              strings.Replace(good, ".1.", ".01.", 1),
		"no generation":               strings.Replace(good, ".1.", "..", 1),
		"a generation that overflows": strings.Replace(good, ".1.", ".9223372036854775808.", 1),
		"two parts":                   "grt_" + grantName + ".1",
		"three parts":                 "grt_" + grantName + ".1.mac",
		"five parts":                  good + ".x",
	} {
		t.Run(name, func(t *testing.T) {
			if token, err := ParseToken(text); !errors.Is(err, ErrInvalid) {
				t.Errorf("got %+v, %v", token, err)
			}
		})
	}
}

func FuzzParseToken(f *testing.F) {
	f.Add("grt_" + grantName + ".1.mac.form")
	f.Add("grt_" + grantName + ".9223372036854775807..")
	f.Fuzz(func(t *testing.T, text string) {
		token, err := ParseToken(text)
		if err != nil {
			return
		}
		g := &Grant{Name: token.Grant}
		if rest, ok := strings.CutPrefix(text, "grt_"+g.Name+"."); !ok || !strings.HasSuffix(rest, "."+token.mac+"."+token.form) || token.Generation < 1 {
			t.Errorf("%q reads as %+v", text, token)
		}
	})
}
