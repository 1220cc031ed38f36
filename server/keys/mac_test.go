package keys_test

import (
	"strings"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/server/keys"
)

func TestAMACCountsForItsPartsOnly(t *testing.T) {
	set := setOf(t, ring(t, time.Now()))
	mac := set.MAC(keys.PurposeCode, "ab", "c")
	if len(mac) != 35 || mac != set.MAC(keys.PurposeCode, "ab", "c") {
		t.Errorf("the code %q is not 35 characters that are always the same", mac)
	}
	if !set.VerifyMAC(keys.PurposeCode, mac, "ab", "c") {
		t.Error("the parts do not verify")
	}
	for name, parts := range map[string][]string{
		"no part": {}, "an empty part": {""}, "joined": {"abc"}, "cut elsewhere": {"a", "bc"},
		"in another order": {"c", "ab"}, "fewer": {"ab"}, "more": {"ab", "c", ""}, "another": {"ab", "d"},
		"with a length inside": {"ab\x00\x00\x00\x00\x00\x00\x00\x01c"},
	} {
		if set.VerifyMAC(keys.PurposeCode, mac, parts...) {
			t.Errorf("%s verifies", name)
		}
	}
}

func TestAMACSurvivesARotationAndNothingElse(t *testing.T) {
	old := ring(t, time.Now().Add(-time.Hour))
	former, rotated := setOf(t, old), setOf(t, ring(t, time.Now()), old)
	mac := former.MAC(keys.PurposeRefreshToken, "a")
	if !rotated.VerifyMAC(keys.PurposeRefreshToken, mac, "a") {
		t.Error("the old key is forgotten")
	}
	fresh := rotated.MAC(keys.PurposeRefreshToken, "a")
	if former.VerifyMAC(keys.PurposeRefreshToken, fresh, "a") {
		t.Error("an unknown key counts")
	}
	// The id of one key in front of the code of another.
	if mixed := fresh[:8] + mac[8:]; rotated.VerifyMAC(keys.PurposeRefreshToken, mixed, "a") {
		t.Error("a code counts under the id of another key")
	}
}

func TestAMACHasOneSpelling(t *testing.T) {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	set := setOf(t, ring(t, time.Now()))
	mac := set.MAC(keys.PurposeRefreshToken, "a")
	last := strings.IndexByte(alphabet, mac[34])
	for name, text := range map[string]string{
		"nothing": "", "padded": mac + "=", "longer": mac + "A", "a line break": mac[:9] + "\n" + mac[9:],
		"one unused bit": mac[:34] + string(alphabet[last^1]), "another unused bit": mac[:34] + string(alphabet[last^2]),
		"white space": mac + " ", "twice": mac + mac,
	} {
		if set.VerifyMAC(keys.PurposeRefreshToken, text, "a") {
			t.Errorf("%s verifies", name)
		}
	}
	for n := range mac {
		if set.VerifyMAC(keys.PurposeRefreshToken, mac[:n], "a") {
			t.Errorf("cut at %d it verifies", n)
		}
		changed := mac[:n] + string(mac[n]^1) + mac[n+1:]
		if set.VerifyMAC(keys.PurposeRefreshToken, changed, "a") {
			t.Errorf("with character %d changed it verifies", n)
		}
	}
}

// FuzzVerifyMAC checks that no other text counts, whatever its form.
func FuzzVerifyMAC(f *testing.F) {
	set := setOf(f, ring(f, time.Now()))
	mac := set.MAC(keys.PurposeCode, "ab", "c")
	for _, text := range []string{"", "AQ", mac[:10], mac + "A", mac + "=", strings.Repeat("A", 35), "\x00", mac + mac} {
		f.Add(text, "ab", "c")
	}
	f.Add(mac, "a", "bc")
	f.Fuzz(func(t *testing.T, text, first, second string) {
		if set.VerifyMAC(keys.PurposeCode, text, first, second) && (text != mac || first != "ab" || second != "c") {
			t.Fatalf("%q verifies for %q and %q", text, first, second)
		}
	})
}
