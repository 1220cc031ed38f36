package keyring

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"reflect"
	"strings"
	"testing"
	"time"

	jose "github.com/go-jose/go-jose/v4"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// The key pair of RFC 6979 appendix A.2.5, and 32 bytes that count up; both in
// every textbook and therefore no secrets.
const (
	signingEntry = `{"version":1,"use":"signing","createdAt":"2026-01-02T03:04:05Z","jwk":{"use":"sig","kty":"EC","kid":"s1","crv":"P-256","alg":"ES256","x":"YP7UuiVanTHJYet0xjVtaMBJuJI7Yfps5mliLmDyn7Y","y":"eQP-EAi4vJmkGunpVii8ZPLxsgwtfp9Rd6PClNRGIpk","d":"ya-p2EW6dRZrXCFXZ7HWk05Qw9s26JsSe4piKxIPZyE"}}`
	rootEntry    = `{"version":1,"use":"root","createdAt":"2026-01-02T03:04:05Z","jwk":{"kty":"oct","kid":"r1","k":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"}}`
	pairEntry    = `{"version":1,"use":"pairwise","createdAt":"2026-01-02T03:04:05Z","jwk":{"kty":"oct","kid":"q1","k":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"}}`
	pepperEntry  = `{"version":1,"use":"pepper","createdAt":"2026-01-02T03:04:05Z","jwk":{"kty":"oct","kid":"p1","k":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"}}`
)

var start = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func goldenData() map[string][]byte {
	return map[string][]byte{"signing.s1": []byte(signingEntry), "signing.s2": []byte(rsaEntry), "root.r1": []byte(rootEntry), "pepper.p1": []byte(pepperEntry), "pairwise.q1": []byte(pairEntry)}
}

func goldenRing(t testing.TB) Ring {
	t.Helper()
	d := []byte{
		0xc9, 0xaf, 0xa9, 0xd8, 0x45, 0xba, 0x75, 0x16, 0x6b, 0x5c, 0x21, 0x57, 0x67, 0xb1, 0xd6, 0x93,
		0x4e, 0x50, 0xc3, 0xdb, 0x36, 0xe8, 0x9b, 0x12, 0x7b, 0x8a, 0x62, 0x2b, 0x12, 0x0f, 0x67, 0x21,
	}
	private, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), d)
	if err != nil {
		t.Fatal(err)
	}
	counting := make([]byte, 32)
	for i := range counting {
		counting[i] = byte(i)
	}
	return New(
		Key{ID: "s1", Use: oauthv1alpha1.KeyUseSigning, Algorithm: jose.ES256, CreatedAt: start, Private: private},
		Key{ID: "s2", Use: oauthv1alpha1.KeyUseSigning, Algorithm: jose.RS256, CreatedAt: start, Private: goldenRSA(t)},
		Key{ID: "r1", Use: oauthv1alpha1.KeyUseRoot, CreatedAt: start, Bytes: counting},
		Key{ID: "p1", Use: oauthv1alpha1.KeyUsePepper, CreatedAt: start, Bytes: counting},
		Key{ID: "q1", Use: oauthv1alpha1.KeyUsePairwise, CreatedAt: start, Bytes: counting},
	)
}

// TestTheFormatOfAnEntry: Secrets of this format are in every cluster and in every
// backup.
func TestTheFormatOfAnEntry(t *testing.T) {
	data, err := goldenRing(t).Encode()
	if err != nil {
		t.Fatal(err)
	}
	if len(data) != 5 {
		t.Errorf("%d entries", len(data))
	}
	for name, want := range goldenData() {
		if got := data[name]; !bytes.Equal(got, want) {
			t.Errorf("%s\ngot  %s\nwant %s", name, got, want)
		}
	}
}

func TestDecodeReadsTheFormat(t *testing.T) {
	got, err := Decode(goldenData())
	if err != nil {
		t.Fatal(err)
	}
	if want := goldenRing(t); !reflect.DeepEqual(got, want) {
		t.Errorf("got %d keys that differ", len(got.Keys()))
	}
}

func TestANewRingSurvivesTheSecret(t *testing.T) {
	ring, err := Generate(start.Add(999 * time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	if missing := ring.Missing(); len(missing) != 0 {
		t.Errorf("missing: %v", missing)
	}
	data, err := ring.Encode()
	if err != nil {
		t.Fatal(err)
	}
	again, err := Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(ring, again) {
		t.Error("the ring changed on its way")
	}
}

// change returns an entry with one string replaced by another.
func change(entry, from, to string) []byte {
	if !strings.Contains(entry, from) {
		panic("the entry has no " + from)
	}
	return []byte(strings.Replace(entry, from, to, 1))
}

// d and k are the secret parts of the entries above.
var secretParts = []string{"ya-p2EW6dRZrXCFXZ7HWk05Qw9s26JsSe4piKxIPZyE", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8", "AAECAw", "ya-p"}

func TestWhatIsNoEntry(t *testing.T) {
	const d = `,"d":"ya-p2EW6dRZrXCFXZ7HWk05Qw9s26JsSe4piKxIPZyE"`
	tests := map[string]struct {
		name  string
		value []byte
		says  string
	}{
		"nothing":                     {"root.r1", nil, "not a key entry"},
		"an empty object":             {"root.r1", []byte("{}"), "version 0"},
		"not JSON":                    {"root.r1", []byte("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"), "not a key entry"},
		"half an entry":               {"root.r1", []byte(rootEntry[:100]), "not a key entry"},
		"two entries":                 {"root.r1", []byte(rootEntry + rootEntry), "not a key entry"},
		"a list":                      {"root.r1", []byte("[" + rootEntry + "]"), "not a key entry"},
		"null":                        {"root.r1", []byte("null"), "version 0"},
		"a later version":             {"root.r1", change(rootEntry, `"version":1`, `"version":2`), "version 2 is unknown to this release"},
		"a version as text":           {"root.r1", change(rootEntry, `"version":1`, `"version":"1"`), "not a key entry"},
		"another id":                  {"root.r2", []byte(rootEntry), "its name differs"},
		"another use":                 {"pepper.r1", []byte(rootEntry), "its name differs"},
		"another use inside":          {"root.r1", change(rootEntry, `"use":"root"`, `"use":"pepper"`), "its name differs"},
		"a name without id":           {"root", change(rootEntry, `"kid":"r1",`, ``), "its name differs"},
		"a name with an empty id":     {"root.", change(rootEntry, `"kid":"r1"`, `"kid":""`), "its name differs"},
		"no key":                      {"root.r1", change(rootEntry, `"k":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"`, `"k":""`), ""},
		"a short key":                 {"root.r1", change(rootEntry, `Gxwd`, ``), "at least 32 bytes"},
		"a key that is not base64":    {"root.r1", change(rootEntry, `AAECAw`, `AAEC!w`), "not a key entry"},
		"a type that nobody knows":    {"root.r1", change(rootEntry, `"oct"`, `"XYZ"`), "not a key entry"},
		"a root key that signs":       {"signing.r1", change(rootEntry, `"use":"root"`, `"use":"signing"`), "symmetric"},
		"a signing key as root":       {"root.s1", change(signingEntry, `"use":"signing"`, `"use":"root"`), "elliptic curve"},
		"a signing key as pepper":     {"pepper.s1", change(signingEntry, `"use":"signing"`, `"use":"pepper"`), "elliptic curve"},
		"a public key":                {"signing.s1", change(signingEntry, d, ``), "not a private P-256"},
		"a point beside the curve":    {"signing.s1", change(signingEntry, `"x":"YP7U`, `"x":"YP7V`), "not a key entry"},
		"a curve that does not fit":   {"signing.s1", change(signingEntry, `"crv":"P-256"`, `"crv":"P-384"`), "not a key entry"},
		"a time that nobody can read": {"root.r1", change(rootEntry, `2026-01-02T03:04:05Z`, `yesterday`), "not a key entry"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			data := goldenData()
			data[test.name] = test.value
			ring, err := Decode(data)
			if err == nil {
				t.Fatal("accepted")
			}
			if len(ring.Keys()) != 0 {
				t.Error("some keys came out beside the error")
			}
			if !strings.Contains(err.Error(), test.says) || !strings.Contains(err.Error(), test.name) {
				t.Errorf("wanted %q about %q, got: %v", test.says, test.name, err)
			}
			for _, part := range secretParts {
				if strings.Contains(err.Error(), part) {
					t.Errorf("key material in the error: %v", err)
				}
			}
		})
	}
}

// FuzzDecode: what is read can be written and read again, and is the same.
func FuzzDecode(f *testing.F) {
	for name, value := range goldenData() {
		f.Add(name, value)
	}
	f.Add("", []byte(nil))
	f.Add("root.", []byte("{}"))
	f.Add("signing.s1", change(signingEntry, "YP7U", "AAAA"))
	f.Add("signing.s2", change(rsaEntry, "AQAB", "AAAB"))
	f.Fuzz(func(t *testing.T, name string, value []byte) {
		ring, err := Decode(map[string][]byte{name: value})
		if err != nil {
			return
		}
		data, err := ring.Encode()
		if err != nil {
			t.Fatalf("read and cannot be written: %v", err)
		}
		again, err := Decode(data)
		if err != nil {
			t.Fatalf("written and cannot be read: %v", err)
		}
		if _, there := data[name]; !there || len(data) != 1 {
			t.Fatalf("%q has another name afterwards", name)
		}
		if len(again.Keys()) != 1 || !again.Keys()[0].CreatedAt.Equal(ring.Keys()[0].CreatedAt) || !bytes.Equal(again.Keys()[0].Bytes, ring.Keys()[0].Bytes) {
			t.Fatal("the key changed on its way")
		}
		if was, is := ring.Keys()[0], again.Keys()[0]; was.Algorithm != is.Algorithm || !reflect.DeepEqual(was.Private, is.Private) {
			t.Fatal("the signing key changed on its way")
		}
	})
}
