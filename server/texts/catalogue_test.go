package texts

import (
	"maps"
	"slices"
	"testing"
)

// Entries returns the catalogue for the test of its sources: by sentence, language and form.
func Entries(t *testing.T) map[string]map[string]map[string]string {
	t.Helper()
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]map[string]map[string]string{}
	for english, e := range c.entries {
		out[english] = map[string]map[string]string{}
		for language, forms := range e {
			out[english][string(language)] = forms.all()
		}
	}
	return out
}

// all returns the forms by name.
func (f forms) all() map[string]string {
	all := map[string]string{}
	maps.Copy(all, f.numbers)
	if f.other != "" {
		all[other] = f.other
	}
	return all
}

func TestPlaceholders(t *testing.T) {
	for format, want := range map[string]string{
		"%s of %s":         "a of b",
		"%[2]s of %[1]s":   "b of a",
		"%[2]s, %s":        "b, ",
		"%d%% of %s%x":     "a% of b%x",
		"nothing":          "nothing",
		"%s %s %s":         "a b ",
		"%[9]s%[0]s%!s(x)": "%[0]s%!s(x)",
	} {
		if got := Expand(format, []string{"a", "b"}); got != want {
			t.Errorf("%q becomes %q", format, got)
		}
	}
	if got := Expand("100 %s", nil); got != "100 %s" {
		t.Errorf("words of others become %q", got)
	}
}

func TestTexts(t *testing.T) {
	text := Join(T("One of %s.", "a\x00b\x01c"), "", "Two.", Said("Th%sree\x00."))
	want := []Sentence{{"One of %s.", []string{"abc"}}, {"Two.", []string{}}, {"Th%sree.", []string{}}}
	got := text.Sentences()
	if len(got) != len(want) || text.English() != "One of abc. Two. Th%sree." {
		t.Fatalf("%q, %+v", text.English(), got)
	}
	for i := range want {
		if got[i].English != want[i].English || !slices.Equal(got[i].Values, want[i].Values) {
			t.Errorf("%+v", got[i])
		}
	}
	if Text("").Sentences() != nil {
		t.Error("nothing is a sentence")
	}
}

func TestPluralForms(t *testing.T) {
	c := &Catalogue{entries: map[string]entry{
		"Wait %d seconds of %s.": {
			"en": {"Wait %d seconds of %s.", map[string]string{"one": "Wait %d second of %s."}},
			"fr": {"%d secondes", map[string]string{"one": "%d seconde"}},
			"ja": {"%d秒", nil},
		},
	}}
	for _, test := range []struct {
		language Language
		number   int
		want     string
	}{
		{"en", 1, "Wait %d second of %s."}, {"en", 0, "Wait %d seconds of %s."}, {"fr", 0, "%d seconde"}, {"fr", 1, "%d seconde"},
		{"fr", 2, "%d secondes"}, {"fr", 1_000_000, "%d secondes"}, {"ja", 1, "%d秒"}, {"de", 1, "Wait %d seconds of %s."},
	} {
		got, known := c.Format(test.language, T("Wait %d seconds of %s.", test.number, "x").Sentences()[0])
		if got != test.want || known != (test.language != "de") {
			t.Errorf("%s %d: %q, %t", test.language, test.number, got, known)
		}
	}
	if got, known := c.Format("de", Sentence{English: "Unknown"}); got != "Unknown" || known {
		t.Errorf("what is not there is %q, %t", got, known)
	}
}
