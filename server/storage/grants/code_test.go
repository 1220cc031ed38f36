package grants

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/keys"
)

// Codes live for a minute, and replicas of two releases run side by side for longer
// than that.
func TestContentOfACode(t *testing.T) {
	const want = "020e1000112233445566778899aabbccddeeff10ffeeddccbbaa9988776655443322110010111111112222433384445555555555551066666666777748889999" +
		"aaaaaaaaaaaa2a6c6f63616c3a36363636363636362d373737372d343838382d393939392d6161616161616161616161610c6e2d3053365f577a41324d6a2001" +
		"01010101010101010101010101010101010101010101010101010101010101109b849db483aeb7ed736e3d5357cec84f04a780fc8d532ce48d1900eab6c02848" +
		"3d82244417f956ac7c4ed379d418bb862901ffb55acfff1cbc1b008001cee1ce848e37aeb6d2848e378e8bd6848e3703707764"
	raw := typicalCode().encode()
	if got := hex.EncodeToString(raw); got != want {
		t.Errorf("the content is now %s", got)
	}
	decoded, err := decodeCode(raw)
	if err != nil || !reflect.DeepEqual(decoded, typicalCode()) {
		t.Errorf("it reads as %+v, %v", decoded, err)
	}
	// Version 1 ended before amr, and all who signed in gave a password.
	first := append([]byte{1}, raw[1:len(raw)-len("\x03pwd")]...)
	if decoded, err := decodeCode(first); err != nil || !reflect.DeepEqual(decoded, typicalCode()) {
		t.Errorf("version 1 reads as %+v, %v", decoded, err)
	}
}

// A code that can be one of several has one more field, and a digest that no other one has.
func TestContentOfACodeOfSeveral(t *testing.T) {
	_, set := knownStore(t)
	code := typicalCode()
	alone := code.encode()
	code.SharedUntil = began.Add(time.Hour)
	raw := code.encode()
	if want := append(append([]byte{3}, alone[1:]...), 0xae, 0x93, 0xae, 0x86, 0x8e, 0x37); !bytes.Equal(raw, want) {
		t.Errorf("the content is %x", raw)
	}
	var digests [][]byte
	for range 2 {
		sealed, err := SealCode(set, issuer, code)
		if err != nil {
			t.Fatal(err)
		}
		opened, err := OpenCode(set, issuer, sealed)
		if err != nil || len(opened.digest) != 16 {
			t.Fatalf("it reads as %+v, %v", opened, err)
		}
		digests = append(digests, opened.digest)
	}
	if bytes.Equal(digests[0], digests[1]) {
		t.Error("two codes have one digest")
	}
}

func TestCodesOfEveryShapeAreReadAsTheyWereMade(t *testing.T) {
	for name, change := range map[string]func(*Code){
		"nothing optional": func(c *Code) {
			c.AMR = nil
			c.Login, c.Nonce, c.Challenge, c.Scopes, c.Audiences = "", "", nil, nil, nil
			c.Remembered, c.RedirectSent, c.Userinfo = false, false, 0
		},
		"every flag":             func(c *Code) { c.Offline, c.Refreshes = true, true },
		"UIDs that are no UUIDs": func(c *Code) { c.ClientUID, c.UserUID = "client", "of a person" },
		"a UUID in capitals":     func(c *Code) { c.ClientUID = strings.ToUpper(userUID) },
		"every claim":            func(c *Code) { c.IDToken, c.Userinfo = 1<<len(claimNames)-1, 1<<32-1 },
		"a nonce of any bytes":   func(c *Code) { c.Nonce = "\x00\xff ü" },
		"bound to a key":         func(c *Code) { c.Confirmation.JKT = thumbprint },
		"bound to a certificate": func(c *Code) { c.Confirmation.X5T = thumbprint },
		"bound, one of several":  func(c *Code) { c.Confirmation.JKT, c.SharedUntil = thumbprint, began.Add(time.Hour) },
		"of a link":              func(c *Code) { c.Link = identity.Link{Subject: "corp:7", UID: userUID} },
		"of a link, bound": func(c *Code) {
			c.Link, c.Confirmation.JKT = identity.Link{Subject: "corp:7", UID: "of a person"}, thumbprint
		},
		"of a provider's user": func(c *Code) { c.Said, c.SharedUntil = 1_700_000_000, began },
		"nobody says when":     func(c *Code) { c.Said, c.Confirmation.JKT = identity.Unsaid, thumbprint },
		"one of several":       func(c *Code) { c.SharedUntil = began.Add(time.Hour) },
	} {
		t.Run(name, func(t *testing.T) {
			code := typicalCode()
			change(&code)
			got, err := decodeCode(code.encode())
			if err != nil || !reflect.DeepEqual(got, code) {
				t.Errorf("%+v reads as\n%+v, %v", code, got, err)
			}
		})
	}
}

func TestContentThatIsNone(t *testing.T) {
	raw := typicalCode().encode()
	for name, content := range map[string][]byte{
		"nothing":            {},
		"a later version":    append([]byte{4}, raw[1:]...),
		"version 3, cut":     append([]byte{3}, raw[1:]...),
		"version 0":          append([]byte{0}, raw[1:]...),
		"more than a code":   append(bytes.Clone(raw), 0),
		"an endless list":    append(bytes.Clone(raw[:2]), bytes.Repeat([]byte{0xff}, 9)...),
		"a number too large": append(bytes.Clone(raw[:2]), bytes.Repeat([]byte{0xff}, 12)...),
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := decodeCode(content); err == nil {
				t.Errorf("it reads as %+v", got)
			}
		})
	}
	for n := range raw {
		if got, err := decodeCode(raw[:n]); err == nil {
			t.Fatalf("the first %d bytes read as %+v", n, got)
		}
	}
}

func TestCodesAreShort(t *testing.T) {
	_, set := knownStore(t)
	full := typicalCode()
	full.Nonce, full.Subject, full.Offline = strings.Repeat("n", MaxNonce), strings.Repeat("s", MaxSubject), true
	full.IDToken, full.Userinfo = 1<<len(claimNames)-1, 1<<len(claimNames)-1
	full.Scopes, full.Audiences = many("scope", 7), many("audience", 2)
	elsewhere := full
	elsewhere.Said = 1_700_000_000
	for name, test := range map[string]struct {
		code Code
		max  int
	}{
		"a typical one":                              {typicalCode(), 400},
		"one at its limits":                          {full, 699},
		"the same of a provider's user":              {elsewhere, 709},
		"the same, bound to a key and a certificate": {boundTwice(full), 789},
		"the same, of a link, too":                   {linked(boundTwice(full)), 905},
	} {
		sealed, err := SealCode(set, issuer, test.code)
		if err != nil || len(sealed) > test.max {
			t.Errorf("%s has %d characters, %v", name, len(sealed), err)
		}
		t.Logf("%s has %d characters", name, len(sealed))
		if got, err := OpenCode(set, issuer, sealed); err != nil || !reflect.DeepEqual(got, test.code) {
			t.Errorf("%s reads as %+v, %v", name, got, err)
		}
	}
}

// thumbprint is that of some key.
const thumbprint = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"

func boundTwice(c Code) Code {
	c.Confirmation = Confirmation{JKT: thumbprint, X5T: thumbprint}
	return c
}

func many(what string, n int) []Digest {
	digests := make([]Digest, n)
	for i := range digests {
		digests[i] = DigestOf(fmt.Sprint(what, i))
	}
	return digests
}

func TestCodesThatWouldBeTooLong(t *testing.T) {
	_, set := knownStore(t)
	for name, change := range map[string]func(*Code){
		"nonce":   func(c *Code) { c.Nonce = strings.Repeat("n", MaxNonce+1) },
		"subject": func(c *Code) { c.Subject = strings.Repeat("s", MaxSubject+1) },
		"scopes":  func(c *Code) { c.Scopes = many("scope", 60) },
	} {
		code := typicalCode()
		change(&code)
		if sealed, err := SealCode(set, issuer, code); !errors.Is(err, ErrTooLong) {
			t.Errorf("%s: %d characters, %v", name, len(sealed), err)
		}
	}
}

func TestCodesOfOthersAreNone(t *testing.T) {
	_, set := knownStore(t)
	sealed, err := SealCode(set, issuer, typicalCode())
	if err != nil {
		t.Fatal(err)
	}
	named := typicalCode()
	named.Grant = "0011"
	short := codePrefix + set.Seal(keys.PurposeCode, issuer, named.encode())
	for name, code := range map[string]string{
		"nothing":                  "",
		"no prefix":                sealed[len(codePrefix):],
		"another prefix":           strings.Replace(sealed, codePrefix, "grt_", 1),
		"one character more":       sealed + "A",
		"one character less":       sealed[:len(sealed)-1],
		"another character":        sealed[:50] + string(rune(sealed[50]^1)) + sealed[51:],
		"sealed for another use":   codePrefix + set.Seal(keys.PurposeFlow, issuer, typicalCode().encode()),
		"sealed by another issuer": codePrefix + set.Seal(keys.PurposeCode, issuer+"/other", typicalCode().encode()),
		"a name that is none":      short,
		"very long":                codePrefix + strings.Repeat("A", 1<<20),
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := OpenCode(set, issuer, code); !errors.Is(err, ErrInvalid) {
				t.Errorf("it reads as %+v, %v", got, err)
			}
		})
	}
}

func FuzzOpenCode(f *testing.F) {
	_, set := knownStore(f)
	sealed, err := SealCode(set, issuer, typicalCode())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sealed)
	f.Add("gac_")
	f.Fuzz(func(t *testing.T, text string) {
		if got, err := OpenCode(set, issuer, text); err == nil && !reflect.DeepEqual(got, typicalCode()) {
			t.Errorf("%q reads as %+v", text, got)
		}
	})
}

// Whatever decodes encodes to something that decodes to the same.
func FuzzContentOfACode(f *testing.F) {
	f.Add(typicalCode().encode())
	f.Add([]byte{codeVersion, 0xff})
	f.Fuzz(func(t *testing.T, raw []byte) {
		code, err := decodeCode(raw)
		if err != nil {
			return
		}
		again, err := decodeCode(code.encode())
		if err != nil || !same(code, again) {
			t.Errorf("%x reads as %+v\nand then as %+v, %v", raw, code, again, err)
		}
	})
}

// same compares codes as their readers do.
func same(a, b Code) bool {
	for _, c := range []*Code{&a, &b} {
		if len(c.RedirectURI) == 0 {
			c.RedirectURI = nil
		}
	}
	return reflect.DeepEqual(a, b)
}

func FuzzCodesAreReadAsTheyWereMade(f *testing.F) {
	f.Add("local:x", "client", "nonce", []byte{1}, []byte{2}, uint32(5), int64(1893553445678), byte(7), byte(3))
	f.Fuzz(func(t *testing.T, subject, uid, nonce string, challenge, redirect []byte, claims uint32, millis int64, scopes, flags byte) {
		code := Code{
			Grant: grantName, Login: loginName, ClientUID: userUID, UserUID: uid, Subject: subject, Nonce: nonce,
			Challenge: challenge, RedirectURI: redirect, Scopes: many("s", int(scopes)), IDToken: ClaimSet(claims), Userinfo: ClaimSet(^claims),
			Offline: flags&1 != 0, Remembered: flags&2 != 0, RedirectSent: flags&4 != 0,
			AuthTime: time.UnixMilli(millis).UTC(), IssuedAt: time.UnixMilli(millis / 2).UTC(), ExpiresAt: time.UnixMilli(0).UTC(),
		}
		if len(code.Scopes) == 0 {
			code.Scopes = nil
		}
		if len(uid) == 16 {
			return // sixteen bytes are a UUID; Kubernetes has no other UIDs of that size
		}
		got, err := decodeCode(code.encode())
		if err != nil || !same(got, code) {
			t.Errorf("%+v reads as\n%+v, %v", code, got, err)
		}
	})
}

func TestDigestsFindWhatTheyStandFor(t *testing.T) {
	found, all := Find([]Digest{DigestOf("b"), DigestOf("a")}, []string{"a", "b", "c"})
	if !reflect.DeepEqual(found, []string{"b", "a"}) || !all {
		t.Errorf("found %v, %t", found, all)
	}
	if found, all = Find([]Digest{DigestOf("a"), DigestOf("d")}, []string{"a", "b"}); !reflect.DeepEqual(found, []string{"a"}) || all {
		t.Errorf("found %v, %t", found, all)
	}
}

func linked(code Code) Code {
	code.Link = identity.Link{Subject: strings.Repeat("l", MaxSubject), UID: userUID}
	return code
}
