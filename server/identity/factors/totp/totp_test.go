package totp

import (
	"strings"
	"testing"
	"time"
)

// The vectors of RFC 6238 appendix B, of which the last six digits are ours.
func TestVectors(t *testing.T) {
	secret := []byte("12345678901234567890")
	for at, want := range map[int64]string{
		59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130",
	} {
		if got := Code(secret, Step(time.Unix(at, 0))); got != want {
			t.Errorf("at %d the code is %s, not %s", at, got, want)
		}
	}
}

func TestMatch(t *testing.T) {
	secret, now := NewSecret(), time.Unix(1_700_000_010, 0)
	step := Step(now)
	for away := int64(-3); away <= 3; away++ {
		if got, ok := Match(secret, Code(secret, step+away), 0, now); ok != (away >= -1 && away <= 1) || ok && got != step+away {
			t.Errorf("the code of %d steps away: %d %t", away, got, ok)
		}
	}
	code := Code(secret, step)
	if _, ok := Match(secret, code[:3]+" "+code[3:], 0, now); !ok {
		t.Error("a space in the code is not accepted")
	}
	if _, ok := Match(secret, code, step, now); ok {
		t.Error("a step counted twice")
	}
	for _, text := range []string{"", " ", code + "0", code[:5], strings.Repeat("1", 1<<16), "١٢٣٤٥٦"} {
		if _, ok := Match(secret, text, 0, now); ok {
			t.Errorf("%.20q is accepted", text)
		}
	}
}

func TestURI(t *testing.T) {
	got := URI("Example: Corp", "ada lovelace", []byte("12345678901234567890"))
	want := "otpauth://totp/Example%20%20Corp:ada%20lovelace?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Example%3A%20Corp&algorithm=SHA1&digits=6&period=30"
	if got != want {
		t.Errorf("the URI is %s", got)
	}
}
