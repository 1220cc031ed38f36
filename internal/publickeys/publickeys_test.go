package publickeys

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"math/big"
	"testing"
)

var encode = base64.RawURLEncoding.EncodeToString

// Examples of RFC 7517 appendix A.1 and RFC 8037 appendix A.2.
var (
	ecJWK  = JWK{KeyType: "EC", Curve: "P-256", X: "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4", Y: "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}
	okpJWK = JWK{KeyType: "OKP", Curve: "Ed25519", X: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
	rsaJWK = JWK{KeyType: "RSA", E: "AQAB", N: "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"}
)

func changed(key JWK, change func(*JWK)) JWK {
	change(&key)
	return key
}

// number returns a number of a size in bits, whose first and last bit are set.
func number(bits int) string {
	n := new(big.Int).Lsh(big.NewInt(1), uint(bits-1))
	return encode(n.SetBit(n, 0, 1).Bytes())
}

func TestParse(t *testing.T) {
	tests := map[string]struct {
		key    JWK
		wanted error
	}{
		"P-256":                           {ecJWK, nil},
		"Ed25519":                         {okpJWK, nil},
		"RSA":                             {rsaJWK, nil},
		"RSA with the smallest modulus":   {changed(rsaJWK, func(j *JWK) { j.N = number(2048) }), nil},
		"RSA with the largest modulus":    {changed(rsaJWK, func(j *JWK) { j.N = number(8192) }), nil},
		"for signatures":                  {changed(ecJWK, func(j *JWK) { j.Use = "sig" }), nil},
		"for one algorithm":               {changed(rsaJWK, func(j *JWK) { j.Algorithm = "PS256" }), nil},
		"nothing":                         {JWK{}, errType},
		"private":                         {changed(ecJWK, func(j *JWK) { j.D = "x" }), errPrivate},
		"for encryption":                  {changed(ecJWK, func(j *JWK) { j.Use = "enc" }), errUse},
		"shared":                          {changed(ecJWK, func(j *JWK) { j.KeyType = "oct" }), errType},
		"for an algorithm of other keys":  {changed(ecJWK, func(j *JWK) { j.Algorithm = "RS256" }), errType},
		"for none":                        {changed(ecJWK, func(j *JWK) { j.Algorithm = "none" }), errType},
		"for HS256":                       {changed(rsaJWK, func(j *JWK) { j.Algorithm = "HS256" }), errType},
		"another curve":                   {changed(ecJWK, func(j *JWK) { j.Curve = "P-384" }), errType},
		"beside the curve":                {changed(ecJWK, func(j *JWK) { j.X, j.Y = j.Y, j.X }), errCurve},
		"zero":                            {changed(ecJWK, func(j *JWK) { j.X, j.Y = encode(make([]byte, 32)), encode(make([]byte, 32)) }), errCurve},
		"a coordinate that is short":      {changed(ecJWK, func(j *JWK) { j.X = j.X[:42] }), errCurve},
		"a coordinate in other spelling":  {changed(ecJWK, func(j *JWK) { j.X = j.X[:42] + "5" }), errCurve},
		"Ed25519 of small order":          {changed(okpJWK, func(j *JWK) { j.X = encode(make([]byte, 32)) }), errEd25519},
		"Ed25519 of order two":            {changed(okpJWK, func(j *JWK) { j.X = "7P_______________________________________38" }), errEd25519},
		"Ed25519 that is short":           {changed(okpJWK, func(j *JWK) { j.X = "AAAA" }), errEd25519},
		"RSA with a modulus that is weak": {changed(rsaJWK, func(j *JWK) { j.N = number(2047) }), errRSA},
		"RSA with zeros before it":        {changed(rsaJWK, func(j *JWK) { j.N = "AAAA" + number(2000) }), errRSA},
		"RSA with a modulus that is long": {changed(rsaJWK, func(j *JWK) { j.N = number(8193) }), errRSA},
		"RSA with a modulus that is even": {changed(rsaJWK, func(j *JWK) { j.N = encode(new(big.Int).Lsh(big.NewInt(1), 2047).Bytes()) }), errRSA},
		"RSA with exponent 1":             {changed(rsaJWK, func(j *JWK) { j.E = "AQ" }), errRSA},
		"RSA with an even exponent":       {changed(rsaJWK, func(j *JWK) { j.E = "BA" }), errRSA},
		"RSA with a huge exponent":        {changed(rsaJWK, func(j *JWK) { j.E = "_____w" }), errRSA},
		"RSA without exponent":            {changed(rsaJWK, func(j *JWK) { j.E = "" }), errRSA},
		"RSA without modulus":             {changed(rsaJWK, func(j *JWK) { j.N = "" }), errRSA},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if _, err := Parse(test.key); !errors.Is(err, test.wanted) {
				t.Errorf("got %v, not %v", err, test.wanted)
			}
		})
	}
}

func TestCandidates(t *testing.T) {
	key := func(j JWK, id, algorithm string) Key {
		j.KeyID, j.Algorithm = id, algorithm
		parsed, err := Parse(j)
		if err != nil {
			t.Fatal(err)
		}
		return parsed
	}
	tests := map[string]struct {
		key           Key
		algorithm, id string
		ok            bool
	}{
		"the name and the algorithm":  {key(ecJWK, "a", "ES256"), "ES256", "a", true},
		"no name in the assertion":    {key(ecJWK, "a", ""), "ES256", "", true},
		"no name of the key":          {key(ecJWK, "", ""), "ES256", "a", true},
		"another name":                {key(ecJWK, "a", ""), "ES256", "b", false},
		"an algorithm of other keys":  {key(ecJWK, "a", ""), "EdDSA", "a", false},
		"RSA, either algorithm":       {key(rsaJWK, "", ""), "PS256", "", true},
		"RSA, the other algorithm":    {key(rsaJWK, "", "RS256"), "PS256", "", false},
		"none":                        {key(rsaJWK, "", ""), "none", "", false},
		"a symmetric algorithm":       {key(rsaJWK, "", ""), "HS256", "", false},
		"the algorithm in other case": {key(ecJWK, "", ""), "es256", "", false},
		"a key that was never parsed": {Key{}, "ES256", "", false},
	}
	for name, test := range tests {
		if test.key.Candidate(test.algorithm, test.id) != test.ok {
			t.Errorf("%s: candidate is %t", name, !test.ok)
		}
	}
}

func TestVerify(t *testing.T) {
	const text = "header.payload"
	digest := sha256.Sum256([]byte(text))
	edPublic, edKey, _ := ed25519.GenerateKey(rand.Reader)
	ecKey, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	rsaKey, _ := rsa.GenerateKey(rand.Reader, 2048)
	r, s, _ := ecdsa.Sign(rand.Reader, ecKey, digest[:])
	der, _ := ecKey.Sign(rand.Reader, digest[:], crypto.SHA256)
	pss := func(salt int) []byte {
		out, _ := rsa.SignPSS(rand.Reader, rsaKey, crypto.SHA256, digest[:], &rsa.PSSOptions{SaltLength: salt})
		return out
	}
	pkcs, _ := rsa.SignPKCS1v15(rand.Reader, rsaKey, crypto.SHA256, digest[:])
	raw := append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...)
	ed, ec, rs := Key{public: edPublic}, Key{public: &ecKey.PublicKey}, Key{public: &rsaKey.PublicKey}
	tests := map[string]struct {
		key       Key
		algorithm string
		signature []byte
		ok        bool
	}{
		"EdDSA":                       {ed, "EdDSA", ed25519.Sign(edKey, []byte(text)), true},
		"ES256":                       {ec, "ES256", raw, true},
		"PS256":                       {rs, "PS256", pss(32), true},
		"RS256":                       {rs, "RS256", pkcs, true},
		"PS256 with a shorter salt":   {rs, "PS256", pss(20), false},
		"PS256 as RS256":              {rs, "RS256", pss(32), false},
		"RS256 as PS256":              {rs, "PS256", pkcs, false},
		"ES256 in DER":                {ec, "ES256", der, false},
		"ES256 of zeros":              {ec, "ES256", make([]byte, 64), false},
		"ES256 with more behind":      {ec, "ES256", append(append([]byte{}, raw...), 0), false},
		"ES256 as EdDSA":              {ec, "EdDSA", raw, false},
		"EdDSA of zeros":              {ed, "EdDSA", make([]byte, 64), false},
		"EdDSA that is short":         {ed, "EdDSA", []byte{1}, false},
		"nothing":                     {rs, "RS256", nil, false},
		"another algorithm than that": {Key{public: &rsaKey.PublicKey, Algorithm: "PS256"}, "RS256", pkcs, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if test.key.Verify(test.algorithm, text, test.signature) != test.ok {
				t.Errorf("verifies: %t", !test.ok)
			}
			if test.key.Verify(test.algorithm, text+"x", test.signature) {
				t.Error("verifies for another text")
			}
		})
	}
}

// FuzzParse checks that no document makes it panic, and that what is accepted can be
// used without panic.
func FuzzParse(f *testing.F) {
	for _, key := range []JWK{ecJWK, okpJWK, rsaJWK, {}} {
		text, _ := json.Marshal(key)
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var written JWK
		if json.Unmarshal(text, &written) != nil {
			return
		}
		key, err := Parse(written)
		if err != nil && key != (Key{}) {
			t.Fatalf("refused with %v and yet %v", err, key)
		}
		for _, algorithm := range Algorithms() {
			if key.Verify(algorithm, "a", make([]byte, 64)) {
				t.Fatalf("zeros are a signature by %s", text)
			}
		}
	})
}
