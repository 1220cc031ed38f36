package recovery

import (
	"strings"
	"testing"
)

func TestCodes(t *testing.T) {
	codes, hashes := New()
	if len(codes) != Count || len(hashes) != Count {
		t.Fatalf("%d codes, %d hashes", len(codes), len(hashes))
	}
	seen := map[string]bool{}
	for n, code := range codes {
		if seen[code] || len(code) != 19 {
			t.Errorf("code %q", code)
		}
		seen[code] = true
		if strings.Contains(strings.Join(hashes, " "), strings.ReplaceAll(code, "-", "")) {
			t.Error("a code is stored in clear")
		}
		for _, text := range []string{
			code, strings.ToUpper(code), strings.ReplaceAll(code, "-", ""), " " + strings.ReplaceAll(code, "-", " ") + " ",
			strings.ReplaceAll(strings.ReplaceAll(code, "0", "O"), "1", "l"),
		} {
			if got := Match(hashes, text); got != n {
				t.Errorf("%q is code %d, not %d", text, got, n)
			}
		}
	}
	other, _ := New()
	for _, text := range []string{"", "123456", codes[0][:18], codes[0] + "0", other[0], strings.Repeat(codes[0], 1000), hashes[0]} {
		if Match(hashes, text) >= 0 {
			t.Errorf("%.30q is accepted", text)
		}
	}
}
