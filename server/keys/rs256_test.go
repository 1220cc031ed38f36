package keys_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	jose "github.com/go-jose/go-jose/v4"

	"github.com/grantor-dev/grantor/internal/keyring"
	"github.com/grantor-dev/grantor/server/keys"
)

// formerData is the data of a key Secret that an earlier release made: without the
// RSA key and the pairwise key.
func formerData(t testing.TB, r keyring.Ring) map[string][]byte {
	t.Helper()
	data := dataOf(t, r)
	maps.DeleteFunc(data, func(_ string, value []byte) bool {
		return strings.Contains(string(value), `"RS256"`) || strings.Contains(string(value), `"pairwise"`)
	})
	if len(data) != 3 {
		t.Fatalf("%d entries are left", len(data))
	}
	return data
}

func signerFor(t testing.TB, set *keys.Set, algorithm string) *keys.Signer {
	t.Helper()
	signer, err := set.SignerFor(algorithm)
	if err != nil {
		t.Fatal(err)
	}
	return signer
}

func signed(t testing.TB, set *keys.Set, algorithm, typ, payload string) string {
	t.Helper()
	token, err := signerFor(t, set, algorithm).Sign(typ, []byte(payload))
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func TestIDTokensVerifyWithOtherLibraries(t *testing.T) {
	old := ring(t, time.Now().Add(-time.Hour))
	former, rotated := setOf(t, old), setOf(t, ring(t, time.Now()), old)
	for name, set := range map[string]*keys.Set{"former": former, "rotated": rotated} {
		for _, algorithm := range []string{"ES256", "RS256"} {
			const payload = `{"iss":"https://a.example","aud":"c","sub":"u","exp":9999999999}`
			token := signed(t, set, algorithm, keys.TypeIDToken, payload)
			verifier := oidc.NewVerifier("https://a.example", remote{rotated}, &oidc.Config{ClientID: "c", SupportedSigningAlgs: []string{algorithm}})
			if id, err := verifier.Verify(t.Context(), token); err != nil || id.Subject != "u" {
				t.Errorf("%s %s with go-oidc: %v", name, algorithm, err)
			}
			if plain, err := rotated.Verify(keys.TypeIDToken, token); err != nil || string(plain) != payload {
				t.Errorf("%s %s: %q, %v", name, algorithm, plain, err)
			}
			if _, err := rotated.Verify(keys.TypeAccessToken, token); !errors.Is(err, keys.ErrNotSigned) {
				t.Errorf("%s %s as access token: %v", name, algorithm, err)
			}
			if _, err := setOf(t, ring(t, time.Now())).Verify(keys.TypeIDToken, token); !errors.Is(err, keys.ErrNotSigned) {
				t.Errorf("%s %s at a foreign server: %v", name, algorithm, err)
			}
		}
	}
}

// remote verifies with go-jose and the public keys of a set, as clients do.
type remote struct{ set *keys.Set }

func (r remote) VerifySignature(_ context.Context, token string) ([]byte, error) {
	parsed, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.ES256, jose.RS256})
	if err != nil {
		return nil, err
	}
	var public jose.JSONWebKeySet
	if err := json.Unmarshal(r.set.JWKS(), &public); err != nil {
		return nil, err
	}
	return parsed.Verify(&public)
}

func TestTheNewestKeyOfEachAlgorithmSigns(t *testing.T) {
	old, fresh := ring(t, time.Now().Add(-time.Hour)), ring(t, time.Now())
	set, newest := setOf(t, old, fresh), setOf(t, fresh)
	for _, algorithm := range []string{"ES256", "RS256"} {
		token := signed(t, set, algorithm, keys.TypeIDToken, "{}")
		if _, err := newest.Verify(keys.TypeIDToken, token); err != nil {
			t.Errorf("%s is signed with another key than the newest", algorithm)
		}
	}
	if set.Signer() != signerFor(t, set, "ES256") {
		t.Error("the signer of access tokens is not that of ES256")
	}
}

func TestAccessTokensAreSignedWithES256Only(t *testing.T) {
	set := setOf(t, ring(t, time.Now()))
	if _, err := signerFor(t, set, "RS256").Sign(keys.TypeAccessToken, []byte("{}")); err == nil {
		t.Error("an access token is signed with RS256")
	}
}

func TestAServerWithoutRSAKeyServesES256(t *testing.T) {
	complete := ring(t, time.Now())
	set, err := keys.NewSet(formerData(t, complete), later)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := set.Verify(keys.TypeIDToken, signed(t, set, "ES256", keys.TypeIDToken, "{}")); err != nil {
		t.Error(err)
	}
	token := signed(t, setOf(t, complete), "RS256", keys.TypeIDToken, "{}")
	if _, err := set.Verify(keys.TypeIDToken, token); !errors.Is(err, keys.ErrNotSigned) {
		t.Errorf("a key that is not there verifies: %v", err)
	}
	for _, algorithm := range []string{"RS256", "PS256", "none", "HS256", ""} {
		if signer, err := set.SignerFor(algorithm); !errors.Is(err, keys.ErrNoSigner) || signer != nil {
			t.Errorf("%q: %v", algorithm, err)
		}
	}
}

func TestJWKSHasThePublicPartOfEachKey(t *testing.T) {
	set := setOf(t, ring(t, time.Now()), ring(t, time.Now().Add(-time.Hour)))
	var public struct {
		Keys []map[string]string `json:"keys"`
	}
	if err := json.Unmarshal(set.JWKS(), &public); err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for _, key := range public.Keys {
		count[key["kty"]+" "+key["alg"]+" "+key["use"]]++
		if len(key["kid"]) != 12 {
			t.Errorf("the kid is %q", key["kid"])
		}
		for _, private := range []string{"d", "p", "q", "dp", "dq", "qi", "oth", "k"} {
			if _, there := key[private]; there {
				t.Errorf("%s is published", private)
			}
		}
	}
	if want := map[string]int{"EC ES256 sig": 2, "RSA RS256 sig": 2}; !maps.Equal(count, want) {
		t.Errorf("published are %v", count)
	}
}

// No header is interpreted: what says the same in other bytes, or something else
// with a good signature, is refused.
func TestOnlyOwnHeadersVerify(t *testing.T) {
	r := ring(t, time.Now())
	set := setOf(t, r)
	for _, key := range r.Keys() {
		if key.Private == nil {
			continue
		}
		alg := string(key.Algorithm)
		for name, test := range map[string]struct {
			header string
			good   bool
		}{
			"our own":                {`{"alg":"` + alg + `","kid":"` + key.ID + `","typ":"JWT"}`, true},
			"in another order":       {`{"typ":"JWT","alg":"` + alg + `","kid":"` + key.ID + `"}`, false},
			"with space":             {`{"alg":"` + alg + `", "kid":"` + key.ID + `","typ":"JWT"}`, false},
			"with more":              {`{"alg":"` + alg + `","kid":"` + key.ID + `","typ":"JWT","x":1}`, false},
			"in small letters":       {`{"alg":"` + alg + `","kid":"` + key.ID + `","typ":"jwt"}`, false},
			"without typ":            {`{"alg":"` + alg + `","kid":"` + key.ID + `"}`, false},
			"of no algorithm":        {`{"alg":"none","kid":"` + key.ID + `","typ":"JWT"}`, false},
			"of a related algorithm": {`{"alg":"PS256","kid":"` + key.ID + `","typ":"JWT"}`, false},
			"empty":                  {``, false},
		} {
			token := resign(t, key, test.header)
			if _, err := set.Verify(keys.TypeIDToken, token); (err == nil) != test.good {
				t.Errorf("%s, a header %s: %v", alg, name, err)
			}
		}
	}
}

// resign signs an empty payload below any header, as nobody else can.
func resign(t testing.TB, key keyring.Key, header string) string {
	t.Helper()
	unsigned := base64.RawURLEncoding.EncodeToString([]byte(header)) + ".e30"
	return unsigned + "." + base64.RawURLEncoding.EncodeToString(rawSignature(t, key, unsigned))
}

func TestRSASignaturesHaveOneSpelling(t *testing.T) {
	set := setOf(t, ring(t, time.Now()))
	token := signed(t, set, "RS256", keys.TypeIDToken, "{}")
	signature := token[strings.LastIndex(token, ".")+1:]
	if len(signature) != 342 {
		t.Fatalf("the signature has %d characters", len(signature))
	}
	for n := range token {
		for name, changed := range map[string]string{
			"changed": token[:n] + string(token[n]^1) + token[n+1:], "cut": token[:n], "broken": token[:n] + "\n" + token[n:],
		} {
			if _, err := set.Verify(keys.TypeIDToken, changed); !errors.Is(err, keys.ErrNotSigned) {
				t.Errorf("%s at %d: %v", name, n, err)
			}
		}
	}
}
