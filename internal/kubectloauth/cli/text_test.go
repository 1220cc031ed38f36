package cli

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"sigs.k8s.io/yaml"
)

func TestPlain(t *testing.T) {
	for text, want := range map[string]string{
		"":                "",
		"shop.web":        "shop.web",
		"Ünïcödé ❤ 日本":    "Ünïcödé ❤ 日本",
		"a\nb\tc":         "a b c",
		"a\x1b[31mb":      `a\x1b[31mb`,
		"a\x00b\x7fc":     `a\x00b\x7fc`,
		"a\u202eb\u200bc": `a\u202eb\u200bc`,
		"a\u009bb":        `a\u009bb`,
		"a\U000e0041b":    `a\U000e0041b`,
		"a\u00a0b":        `a\u00a0b`,
		"a\xffb":          "a\ufffdb",
		"'":               "'",
	} {
		if got := Plain(text); got != want {
			t.Errorf("%q becomes %q", text, got)
		}
	}
}

func TestTable(t *testing.T) {
	var out strings.Builder
	if err := Table(&out, [][]string{{"NAME", "USER"}, {"one", ""}, {"a\tb\n", "\x1b"}}); err != nil {
		t.Fatal(err)
	}
	if want := "NAME   USER\none    -\na b    \\x1b\n"; out.String() != want {
		t.Errorf("the table is\n%q", out.String())
	}
}

// FuzzOutput: whatever the text, a terminal gets only what can be seen, and those who read JSON
// or YAML get the text.
func FuzzOutput(f *testing.F) {
	for _, seed := range []string{"", "shop.web", "a\x1b[31m", "\u202e\u200b\u0085\u2028", "\U000e0041😀", "yes", "- a: #b", "\x00", "\xff", "\u00a0\ufeff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) {
			return // an API server answers with nothing else
		}
		if plain := Plain(text); strings.ContainsFunc(plain, func(r rune) bool { return !unicode.IsPrint(r) }) {
			t.Errorf("%q has what cannot be seen", plain)
		}
		// The API server allows no odd names of fields, labels and annotations.
		value := map[string]any{"spec": map[string]any{"text": text}}
		var asJSON, asYAML bytes.Buffer
		if err := JSON(&asJSON, value); err != nil {
			t.Fatal(err)
		}
		if err := YAML(&asYAML, value); err != nil {
			t.Fatal(err)
		}
		for _, out := range [][]byte{asJSON.Bytes(), asYAML.Bytes()} {
			if bytes.ContainsFunc(out, hidden) {
				t.Errorf("%q has what cannot be seen", out)
			}
		}
		for name, read := range map[string]func(any) error{
			"JSON": func(into any) error { return json.Unmarshal(asJSON.Bytes(), into) },
			"YAML": func(into any) error { return yaml.Unmarshal(asYAML.Bytes(), into) },
		} {
			var got map[string]map[string]string
			if err := read(&got); err != nil || got["spec"]["text"] != text {
				t.Errorf("%q is read from %s as %q, %v", text, name, got, err)
			}
		}
	})
}
