package texts

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"strconv"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

//go:embed catalogue/*.json
var files embed.FS

// Catalogue has the sentences in all languages. It is safe for concurrent use.
type Catalogue struct {
	// entries are by the English sentence.
	entries map[string]entry
}

// entry is a sentence in the languages that have it.
type entry map[Language]forms

// forms are the plural forms of a sentence (Unicode CLDR: one, few...).
type forms struct {
	// other is the form for every number that no other form is for, and the whole sentence of
	// one without forms.
	other string
	// numbers are the other forms; nil for most sentences.
	numbers map[string]string
}

// other is the name of the form for every number that no other form is for.
const other = "other"

// UnmarshalJSON implements json.Unmarshaler: forms, or the one sentence.
func (f *forms) UnmarshalJSON(data []byte) error {
	if json.Unmarshal(data, &f.other) == nil {
		return nil
	}
	if err := json.Unmarshal(data, &f.numbers); err != nil {
		return err
	}
	f.other = f.numbers[other]
	delete(f.numbers, other)
	return nil
}

// Load reads the catalogue. A sentence is in one of its files.
func Load() (*Catalogue, error) {
	c := &Catalogue{entries: map[string]entry{}}
	names, err := fs.Glob(files, "catalogue/*.json")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		content, err := files.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		var all map[string]entry
		if err := json.Unmarshal(content, &all); err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		for english, e := range all {
			if _, twice := c.entries[english]; twice {
				return nil, fmt.Errorf("%s has a sentence that another file has: %s", name, english)
			}
			c.entries[english] = e
		}
	}
	return c, nil
}

// Format returns a sentence in a language with its placeholders, and false if the catalogue has
// it in English alone.
func (c *Catalogue) Format(l Language, s Sentence) (string, bool) {
	forms, ok := c.entries[s.English][l]
	if !ok {
		return s.English, l == English && c.entries[s.English] != nil
	}
	if text, ok := forms.numbers[form(l, s)]; ok {
		return text, true
	}
	return forms.other, true
}

// form returns the plural form that the number in a sentence needs.
func form(l Language, s Sentence) string {
	for i, found := range placeholder.FindAllStringSubmatch(s.English, -1) {
		if found[2] != "d" || i >= len(s.Values) {
			continue
		}
		n, err := strconv.Atoi(s.Values[i])
		if err != nil {
			continue
		}
		switch plural.Cardinal.MatchPlural(language.Make(string(l)), n%10_000_000, 0, 0, 0, 0) {
		case plural.Zero:
			return "zero"
		case plural.One:
			return "one"
		case plural.Two:
			return "two"
		case plural.Few:
			return "few"
		case plural.Many:
			return "many"
		}
	}
	return other
}
