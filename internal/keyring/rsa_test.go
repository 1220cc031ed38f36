package keyring

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"strings"
	"testing"

	jose "github.com/go-jose/go-jose/v4"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// The key pair of RFC 7517 appendix C.1, which is no secret either.
const rsaEntry = `{"version":1,"use":"signing","createdAt":"2026-01-02T03:04:05Z","jwk":{"use":"sig","kty":"RSA","kid":"s2","alg":"RS256","n":"t6Q8PWSi1dkJj9hTP8hNYFlvadM7DflW9mWepOJhJ66w7nyoK1gPNqFMSQRyO125Gp-TEkodhWr0iujjHVx7BcV0llS4w5ACGgPrcAd6ZcSR0-Iqom-QFcNP8Sjg086MwoqQU_LYywlAGZ21WSdS_PERyGFiNnj3QQlO8Yns5jCtLCRwLHL0Pb1fEv45AuRIuUfVcPySBWYnDyGxvjYGDSM-AqWS9zIQ2ZilgT-GqUmipg0XOC0Cc20rgLe2ymLHjpHciCKVAbY5-L32-lSeZO-Os6U15_aXrk9Gw8cPUaX1_I8sLGuSiVdt3C_Fn2PZ3Z8i744FPFGGcG1qs2Wz-Q","e":"AQAB","d":"GRtbIQmhOZtyszfgKdg4u_N-R_mZGU_9k7JQ_jn1DnfTuMdSNprTeaSTyWfSNkuaAwnOEbIQVy1IQbWVV25NY3ybc_IhUJtfri7bAXYEReWaCl3hdlPKXy9UvqPYGR0kIXTQRqns-dVJ7jahlI7LyckrpTmrM8dWBo4_PMaenNnPiQgO0xnuToxutRZJfJvG4Ox4ka3GORQd9CsCZ2vsUDmsXOfUENOyMqADC6p1M3h33tsurY15k9qMSpG9OX_IJAXmxzAh_tWiZOwk2K4yxH9tS3Lq1yX8C1EWmeRDkK2ahecG85-oLKQt5VEpWHKmjOi_gJSdSgqcN96X52esAQ","p":"2rnSOV4hKSN8sS4CgcQHFbs08XboFDqKum3sc4h3GRxrTmQdl1ZK9uw-PIHfQP0FkxXVrx-WE-ZEbrqivH_2iCLUS7wAl6XvARt1KkIaUxPPSYB9yk31s0Q8UK96E3_OrADAYtAJs-M3JxCLfNgqh56HDnETTQhH3rCT5T3yJws","q":"1u_RiFDP7LBYh3N4GXLT9OpSKYP0uQZyiaZwBtOCBNJgQxaj10RWjsZu0c6Iedis4S7B_coSKB0Kj9PaPaBzg-IySRvvcQuPamQu66riMhjVtG6TlV8CLCYKrYl52ziqK0E_ym2QnkwsUX7eYTB7LbAHRK9GqocDE5B0f808I4s","dp":"KkMTWqBUefVwZ2_Dbj1pPQqyHSHjj90L5x_MOzqYAJMcLMZtbUtwKqvVDq3tbEo3ZIcohbDtt6SbfmWzggabpQxNxuBpoOOf_a_HgMXK_lhqigI4y_kqS1wY52IwjUn5rgRrJ-yYo1h41KR-vz2pYhEAeYrhttWtxVqLCRViD6c","dq":"AvfS0-gRxvn0bwJoMSnFxYcK1WnuEjQFluMGfwGitQBWtfZ1Er7t1xDkbN9GQTB9yqpDoYaN06H7CFtrkxhJIBQaj6nkF5KKS3TQtQ5qCzkOkmxIe3KRbBymXxkb5qwUpX5ELD5xFc6FeiafWYY63TmmEAu_lRFCOJ3xDea-ots","qi":"lSQi-w9CpyUReMErP1RsBLk7wNtOvs5EQpPqmuMvqW57NBUczScEoPwmUqqabu9V0-Py4dQ57_bapoKRu1R90bvuFnU63SHWEFglZQvJDMeAvmj4sm-Fp0oYu_neotgQ0hzbI5gry7ajdYy9-2lNx_76aBZoOUu9HCJ-UsfSOI8"}}`

// rsaParts are the secret parts of the entry.
func rsaParts(t testing.TB) map[string]string {
	t.Helper()
	var e struct {
		JWK map[string]string `json:"jwk"`
	}
	if err := json.Unmarshal([]byte(rsaEntry), &e); err != nil {
		t.Fatal(err)
	}
	parts := map[string]string{}
	for _, name := range []string{"d", "p", "q", "dp", "dq", "qi"} {
		parts[name] = e.JWK[name]
	}
	return parts
}

// goldenRSA is the key of the entry, put together from its numbers.
func goldenRSA(t testing.TB) *rsa.PrivateKey {
	t.Helper()
	number := func(text string) *big.Int {
		raw, err := base64.RawURLEncoding.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		return new(big.Int).SetBytes(raw)
	}
	parts := rsaParts(t)
	p, q := number(parts["p"]), number(parts["q"])
	private := &rsa.PrivateKey{
		PublicKey: rsa.PublicKey{N: new(big.Int).Mul(p, q), E: 65537},
		D:         number(parts["d"]), Primes: []*big.Int{p, q},
	}
	private.Precompute()
	return private
}

// smallEntry is an entry like the one above with a key of fewer bits.
func smallEntry(t testing.TB, bits int) []byte {
	t.Helper()
	private, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		t.Fatal(err)
	}
	return entryOf(t, private)
}

func entryOf(t testing.TB, private *rsa.PrivateKey) []byte {
	t.Helper()
	value, err := json.Marshal(entry{
		Version: formatVersion, Use: oauthv1alpha1.KeyUseSigning, CreatedAt: start,
		JWK: jose.JSONWebKey{Key: private, KeyID: "s2", Algorithm: "RS256", Use: "sig"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return value
}

func TestRSAKeysThatAreRefused(t *testing.T) {
	parts := rsaParts(t)
	without := func(names ...string) []byte {
		value := rsaEntry
		for _, name := range names {
			value = string(change(value, `,"`+name+`":"`+parts[name]+`"`, ``))
		}
		return []byte(value)
	}
	// flipped changes one bit in the middle of a secret part.
	flipped := func(name string) []byte {
		part := parts[name]
		half := len(part) / 2
		return change(rsaEntry, part, part[:half]+string(part[half]^1)+part[half+1:])
	}
	for name, test := range map[string]struct {
		name  string
		value []byte
	}{
		"too small":                     {"signing.s2", smallEntry(t, 2040)},
		"for another algorithm":         {"signing.s2", change(rsaEntry, `"alg":"RS256"`, `"alg":"PS256"`)},
		"for the algorithm of another":  {"signing.s2", change(rsaEntry, `"alg":"RS256"`, `"alg":"ES256"`)},
		"without algorithm":             {"signing.s2", change(rsaEntry, `"alg":"RS256",`, ``)},
		"for encryption":                {"signing.s2", change(rsaEntry, `"use":"sig"`, `"use":"enc"`)},
		"as root":                       {"root.s2", change(rsaEntry, `"use":"signing"`, `"use":"root"`)},
		"as pepper":                     {"pepper.s2", change(rsaEntry, `"use":"signing"`, `"use":"pepper"`)},
		"public":                        {"signing.s2", without("d", "p", "q", "dp", "dq", "qi")},
		"without its primes":            {"signing.s2", without("p", "q", "dp", "dq", "qi")},
		"an even public exponent":       {"signing.s2", change(rsaEntry, `"e":"AQAB"`, `"e":"AQAA"`)},
		"a public exponent of one":      {"signing.s2", change(rsaEntry, `"e":"AQAB"`, `"e":"AQ"`)},
		"another public exponent":       {"signing.s2", change(rsaEntry, `"e":"AQAB"`, `"e":"AQAD"`)},
		"another private exponent":      {"signing.s2", flipped("d")},
		"another first prime":           {"signing.s2", flipped("p")},
		"another second prime":          {"signing.s2", flipped("q")},
		"another exponent of a prime":   {"signing.s2", flipped("dp")},
		"another of the other prime":    {"signing.s2", flipped("dq")},
		"another coefficient":           {"signing.s2", flipped("qi")},
		"an ES256 key that says RS256":  {"signing.s1", change(signingEntry, `"alg":"ES256"`, `"alg":"RS256"`)},
		"the private part of an EC key": {"signing.s2", change(rsaEntry, `"kty":"RSA"`, `"kty":"EC","crv":"P-256"`)},
	} {
		t.Run(name, func(t *testing.T) {
			data := goldenData()
			data[test.name] = test.value
			ring, err := Decode(data)
			if err == nil || len(ring.Keys()) != 0 {
				t.Fatalf("accepted, with %d keys", len(ring.Keys()))
			}
			for part, value := range parts {
				if strings.Contains(err.Error(), value[:8]) {
					t.Errorf("%s is in the error: %v", part, err)
				}
			}
		})
	}
}

func TestAnRSAKeyNeedsNoPrecomputedParts(t *testing.T) {
	value := rsaEntry
	parts := rsaParts(t)
	for _, name := range []string{"dp", "dq", "qi"} {
		value = string(change(value, `,"`+name+`":"`+parts[name]+`"`, ``))
	}
	ring, err := Decode(map[string][]byte{"signing.s2": []byte(value)})
	if err != nil {
		t.Fatal(err)
	}
	data, err := ring.Encode()
	if err != nil || string(data["signing.s2"]) != rsaEntry {
		t.Errorf("written again without them: %v", err)
	}
}
