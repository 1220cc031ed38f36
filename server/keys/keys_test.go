package keys_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	jose "github.com/go-jose/go-jose/v4"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/keyring"
	"github.com/grantor-dev/grantor/server/keys"
)

// ring returns a complete ring whose keys are of the given age.
func ring(t testing.TB, createdAt time.Time) keyring.Ring {
	t.Helper()
	r, err := keyring.Generate(createdAt)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// later is when all keys of the tests are in use, the newest in front.
var later = time.Now().Add(24 * time.Hour)

// setOf returns the set of all keys in the rings.
func setOf(t testing.TB, rings ...keyring.Ring) *keys.Set {
	t.Helper()
	set, err := keys.NewSet(dataOf(t, rings...), later)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func dataOf(t testing.TB, rings ...keyring.Ring) map[string][]byte {
	t.Helper()
	var all []keyring.Key
	for _, r := range rings {
		all = append(all, r.Keys()...)
	}
	data, err := keyring.New(all...).Encode()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestIncompleteSetsAreRefused(t *testing.T) {
	for _, use := range []oauthv1alpha1.KeyUse{oauthv1alpha1.KeyUseSigning, oauthv1alpha1.KeyUseRoot, oauthv1alpha1.KeyUsePepper} {
		data := dataOf(t, ring(t, time.Now()))
		for name := range data {
			if strings.HasPrefix(name, string(use)+".") {
				delete(data, name)
			}
		}
		if _, err := keys.NewSet(data, later); err == nil || !strings.Contains(err.Error(), string(use)) {
			t.Errorf("without %s the error is %v", use, err)
		}
	}
}

func TestStoreKeepsTheLastGoodSet(t *testing.T) {
	var store keys.Store
	if _, err := store.Current(); !errors.Is(err, keys.ErrNoKeys) {
		t.Errorf("an empty store says %v", err)
	}
	if err := store.Load(dataOf(t, ring(t, time.Now()))); err != nil {
		t.Fatal(err)
	}
	good, _ := store.Current()
	for name, data := range map[string]map[string][]byte{
		"nothing": nil, "empty": {}, "broken": {"signing.000000000000": []byte("{")},
		"broken beside good": func() map[string][]byte {
			data := dataOf(t, ring(t, time.Now()))
			data["root.000000000000"] = []byte(`{"version":1}`)
			return data
		}(),
	} {
		if err := store.Load(data); err == nil {
			t.Errorf("%s is loaded", name)
		}
		if set, err := store.Current(); err != nil || set != good {
			t.Errorf("%s replaced the good set", name)
		}
	}
}

func TestSealedOpensOnlyForItsPurposeAndContext(t *testing.T) {
	old := ring(t, time.Now().Add(-time.Hour))
	former, rotated := setOf(t, old), setOf(t, ring(t, time.Now()), old)
	sealed := former.Seal(keys.PurposeAccessToken, "issuer", []byte("content"))
	for name, set := range map[string]*keys.Set{"the same keys": former, "after a rotation": rotated} {
		if plain, err := set.Open(keys.PurposeAccessToken, "issuer", sealed); err != nil || string(plain) != "content" {
			t.Errorf("%s: %q, %v", name, plain, err)
		}
	}
	fresh := rotated.Seal(keys.PurposeAccessToken, "issuer", []byte("content"))
	if _, err := former.Open(keys.PurposeAccessToken, "issuer", fresh); !errors.Is(err, keys.ErrNotSealed) {
		t.Errorf("the new key does not seal: %v", err)
	}
	for name, context := range map[string]string{"another": "other", "none": "", "longer": "issuer/", "shorter": "issue"} {
		if _, err := former.Open(keys.PurposeAccessToken, context, sealed); !errors.Is(err, keys.ErrNotSealed) {
			t.Errorf("%s context: %v", name, err)
		}
	}
	for n := range sealed {
		changed := sealed[:n] + string(sealed[n]^1) + sealed[n+1:]
		if _, err := former.Open(keys.PurposeAccessToken, "issuer", changed); !errors.Is(err, keys.ErrNotSealed) {
			t.Errorf("character %d changed: %v", n, err)
		}
		if _, err := former.Open(keys.PurposeAccessToken, "issuer", sealed[:n]); !errors.Is(err, keys.ErrNotSealed) {
			t.Errorf("cut at %d: %v", n, err)
		}
	}
}

func TestSignedVerifiesWithGoJOSE(t *testing.T) {
	old := ring(t, time.Now().Add(-time.Hour))
	former, rotated := setOf(t, old), setOf(t, ring(t, time.Now()), old)
	for name, set := range map[string]*keys.Set{"former": former, "rotated": rotated} {
		token, err := set.Signer().Sign(keys.TypeAccessToken, []byte(`{"a":1}`))
		if err != nil {
			t.Fatal(err)
		}
		signed, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.ES256})
		if err != nil {
			t.Fatal(err)
		}
		public := new(jose.JSONWebKeySet)
		if err := json.Unmarshal(set.JWKS(), public); err != nil {
			t.Fatal(err)
		}
		payload, err := signed.Verify(public)
		if err != nil || string(payload) != `{"a":1}` {
			t.Errorf("%s: %q, %v", name, payload, err)
		}
		if payload, err := rotated.Verify(keys.TypeAccessToken, token); err != nil || string(payload) != `{"a":1}` {
			t.Errorf("%s: %q, %v", name, payload, err)
		}
		if _, err := set.Verify(keys.TypeIDToken, token); !errors.Is(err, keys.ErrNotSigned) {
			t.Errorf("%s as another type: %v", name, err)
		}
		if _, err := setOf(t, ring(t, time.Now())).Verify(keys.TypeAccessToken, token); !errors.Is(err, keys.ErrNotSigned) {
			t.Errorf("%s at a foreign server: %v", name, err)
		}
	}
	if _, err := former.Signer().Sign("secevent+jwt", nil); err == nil {
		t.Error("a type is signed that nobody may use")
	}
}

// A number in a signature that begins with a zero byte keeps its length.
func TestSignaturesHaveOneLength(t *testing.T) {
	set := setOf(t, ring(t, time.Now()))
	for range 1000 {
		token, err := set.Signer().Sign(keys.TypeAccessToken, []byte("{}"))
		if err != nil {
			t.Fatal(err)
		}
		if parts := strings.Split(token, "."); len(parts) != 3 || len(parts[2]) != 86 {
			t.Fatalf("signed %s", token)
		}
		if _, err := set.Verify(keys.TypeAccessToken, token); err != nil {
			t.Fatal(err)
		}
	}
}

// FuzzOpen checks that nothing opens but what was sealed, whatever its form.
func FuzzOpen(f *testing.F) {
	set := setOf(f, ring(f, time.Now()))
	sealed := set.Seal(keys.PurposeAccessToken, "issuer", []byte("content"))
	for _, text := range []string{"", "AQ", sealed[:10], sealed[:len(sealed)-1], sealed + "A", sealed + "=", strings.Repeat("A", 200), "\x00", sealed + sealed} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if plain, err := set.Open(keys.PurposeAccessToken, "issuer", text); err == nil && text != sealed {
			t.Fatalf("%q opens to %q", text, plain)
		} else if err != nil && !errors.Is(err, keys.ErrNotSealed) {
			t.Fatal(err)
		}
	})
}

// FuzzVerify checks the same of signatures.
func FuzzVerify(f *testing.F) {
	set := setOf(f, ring(f, time.Now()))
	token, err := set.Signer().Sign(keys.TypeAccessToken, []byte("{}"))
	if err != nil {
		f.Fatal(err)
	}
	parts := strings.Split(token, ".")
	for _, text := range []string{"", ".", "..", "...", token + ".", token[:len(token)-1], token + "A", parts[0] + ".." + parts[2], parts[0] + "." + parts[1] + ".", "eyJhbGciOiJub25lIn0.e30.", "\x00"} {
		f.Add(text)
	}
	other := signed(f, set, "RS256", keys.TypeIDToken, "{}")
	f.Add(other + "A")
	f.Add(other[:strings.LastIndex(other, ".")] + "." + parts[2])
	f.Fuzz(func(t *testing.T, text string) {
		for typ, own := range map[string]string{keys.TypeAccessToken: token, keys.TypeIDToken: other} {
			if payload, err := set.Verify(typ, text); err == nil && text != own {
				t.Fatalf("%q verifies as %q", text, payload)
			} else if err != nil && !errors.Is(err, keys.ErrNotSigned) {
				t.Fatal(err)
			}
		}
	})
}
