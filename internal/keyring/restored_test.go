package keyring

import (
	"testing"
)

// TestEntriesThatWouldBreakLater: somebody restores the Secret by hand. What the
// rest of the program cannot use has to be refused here, with a reason.
func TestEntriesThatWouldBreakLater(t *testing.T) {
	tests := map[string]struct {
		name  string
		value []byte
	}{
		"a private part of another pair":              {"signing.s1", change(signingEntry, `"d":"ya-p`, `"d":"ya-q`)},
		"a private part of zero":                      {"signing.s1", change(signingEntry, `ya-p2EW6dRZrXCFXZ7HWk05Qw9s26JsSe4piKxIPZyE`, `AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA`)},
		"a signing key for another algorithm":         {"signing.s1", change(signingEntry, `"alg":"ES256"`, `"alg":"ES384"`)},
		"a signing key for encryption":                {"signing.s1", change(signingEntry, `"use":"sig"`, `"use":"enc"`)},
		"a use that nobody knows":                     {"seal.r1", change(rootEntry, `"use":"root"`, `"use":"seal"`)},
		"a pairwise key that is too short":            {"pairwise.q1", change(pairEntry, `"k":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"`, `"k":"AAEC"`)},
		"no time: a status with it is refused":        {"root.r1", change(rootEntry, `"createdAt":"2026-01-02T03:04:05Z",`, ``)},
		"an id with a dot: digests do not open":       {"pepper.p.1", change(pepperEntry, `"kid":"p1"`, `"kid":"p.1"`)},
		"an id longer than a status may hold":         {"pepper." + long, change(pepperEntry, `"kid":"p1"`, `"kid":"`+long+`"`)},
		"one id for two uses: a status lists it once": {"pepper.r1", change(pepperEntry, `"kid":"p1"`, `"kid":"r1"`)},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			data := goldenData()
			data[test.name] = test.value
			if _, err := Decode(data); err == nil {
				t.Error("accepted")
			}
		})
	}
}

const long = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

// TestTwoBrokenEntriesGiveOneError: the error becomes the message of a condition,
// and a message that changes is a write that never ends.
func TestTwoBrokenEntriesGiveOneError(t *testing.T) {
	data := map[string][]byte{"root.a": nil, "root.b": nil, "root.c": nil}
	_, first := Decode(data)
	for range 100 {
		if _, again := Decode(data); again.Error() != first.Error() {
			t.Fatalf("%q and then %q", first, again)
		}
	}
}
