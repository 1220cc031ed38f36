package jsonstring

import (
	"encoding/json"
	"strings"
	"testing"
)

func FuzzAppend(f *testing.F) {
	for _, text := range []string{"", "plain ASCII", `"quotes" and \`, "a\nb\x00\x7f", "é\u2028\U0001f600", "\xff\xfe", "<b>&amp;</b>", strings.Repeat("x", 300)} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := Append([]byte("["), text)
		var back []string
		if err := json.Unmarshal(append(got, ']'), &back); err != nil {
			t.Fatalf("%q becomes %s: %v", text, got, err)
		}
		if wanted := []rune(text); len(back) != 1 || back[0] != string(wanted) {
			t.Errorf("%q becomes %q", text, back)
		}
	})
}
