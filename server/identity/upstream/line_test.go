package upstream

import (
	"strings"
	"testing"
)

func TestLine(t *testing.T) {
	for text, want := range map[string]bool{
		"ada": true, "Ad\u00e4 Lovelace": true, " ": true, strings.Repeat("a", MaxValue): true,
		"": false, "a\nb": false, "a\x00": false, "a\u0085b": false, "a\xff": false, strings.Repeat("a", MaxValue+1): false,
	} {
		if Line(text) != want {
			t.Errorf("%q", text)
		}
	}
}
