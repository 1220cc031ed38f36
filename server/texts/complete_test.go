package texts_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/grantor-dev/grantor/server/texts"
)

// Nothing that users read is missing in a language, and the catalogue has nothing that nobody says.
func TestEverySentenceIsInEveryLanguage(t *testing.T) {
	used, entries := sources(t), texts.Entries(t)
	var missing []string
	for english, where := range used.required {
		if entries[english] == nil {
			missing = append(missing, english)
			t.Logf("%s says what the catalogue has not: %s", where, english)
		}
	}
	if len(missing) > 0 {
		slices.Sort(missing)
		empty := map[string]map[string]string{}
		for _, english := range missing {
			empty[english] = map[string]string{}
			for _, l := range texts.Languages()[1:] {
				empty[english][l] = ""
			}
		}
		var todo strings.Builder
		for _, english := range missing {
			line, err := json.Marshal(map[string]any{english: empty[english]})
			if err != nil {
				t.Fatal(err)
			}
			todo.WriteString(strings.Trim(string(line), "{}") + "},\n")
		}
		t.Errorf("add these to a file of server/texts/catalogue, with translations:\n%s", todo.String())
	}
	for english, e := range entries {
		_, required := used.required[english]
		if _, optional := used.optional[english]; !required && !optional {
			t.Errorf("nobody says: %s", english)
		}
		for _, l := range texts.Languages() {
			if l == string(texts.English) && e[l] == nil {
				continue
			}
			checkForms(t, english, l, e[l])
		}
		for l := range e {
			if !slices.Contains(texts.Languages(), l) {
				t.Errorf("%s is in a language that no page speaks: %s", english, l)
			}
		}
	}
}

// checkForms finds a translation that is not there, and one that has other placeholders.
func checkForms(t *testing.T, english, language string, forms map[string]string) {
	t.Helper()
	if forms["other"] == "" {
		t.Errorf("%s is missing in %s", english, language)
	}
	for form, text := range forms {
		if !slices.Equal(placeholders(english), placeholders(text)) {
			t.Errorf("%s has other placeholders in %s (%s): %s", english, language, form, text)
		}
		if strings.TrimSpace(text) != text {
			t.Errorf("%s has spaces around it in %s: %q", english, language, text)
		}
		if strings.Contains(text, "<") || strings.Contains(text, "&") {
			t.Errorf("%s has HTML in %s: %s", english, language, text)
		}
	}
	plural := len(forms) > 1
	needs := slices.Sorted(maps.Keys(forms))
	if want := []string{"one", "other"}; plural && (!slices.Equal(needs, want) || strings.Count(english, "%d") != 1) {
		t.Errorf("%s has the forms %v in %s", english, needs, language)
	}
}

// placeholders returns which value is where, sorted.
func placeholders(text string) []string {
	var out []string
	next := 1
	for _, match := range texts.Placeholder.FindAllStringSubmatch(text, -1) {
		if match[2] == "%" {
			continue
		}
		if match[1] != "" {
			next, _ = strconv.Atoi(match[1])
		}
		out = append(out, strconv.Itoa(next)+match[2])
		next++
	}
	slices.Sort(out)
	return out
}
