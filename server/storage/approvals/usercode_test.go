package approvals

import (
	"strings"
	"testing"
)

func TestUserCodes(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		code := NewUserCode()
		if back, ok := ParseUserCode(FormatUserCode(code)); !ok || back != code || seen[code] {
			t.Fatalf("%s reads as %s, %t", code, back, ok)
		}
		seen[code] = true
	}
	for typed, want := range map[string]string{
		"WDJB-MJHT": "WDJBMJHT", "wdjbmjht": "WDJBMJHT", " wdjb mjht\t": "WDJBMJHT", "WDJB\u2013MJHT": "WDJBMJHT", "W.D.J.B_MJHT": "WDJBMJHT",
		"": "", "WDJB-MJH": "", "WDJB-MJHTT": "", "WDJB-MJHA": "", "WDJB-MJH1": "", "WDJB-MJH\u00dc": "", strings.Repeat("-", 65) + "WDJBMJHT": "", "\xff": "",
	} {
		if got, ok := ParseUserCode(typed); ok != (want != "") || ok && got != want {
			t.Errorf("%q reads as %q, %t", typed, got, ok)
		}
	}
}
