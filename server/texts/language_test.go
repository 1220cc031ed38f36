package texts

import (
	"strings"
	"testing"
	"time"
)

func TestLanguages(t *testing.T) {
	for name, test := range map[string]struct {
		locales, accept string
		want            Language
	}{
		"nothing":                               {"", "", "en"},
		"the browser's":                         {"", "de-CH,de;q=0.9,en;q=0.8", "de"},
		"the application's, first":              {"fr-CA fr", "de", "fr"},
		"the first that is there":               {"zu ja", "de", "ja"},
		"the browser's, if no other is there":   {"zu", "es-MX", "es"},
		"weights":                               {"", "en;q=0.1, ja;q=0.9", "ja"},
		"none":                                  {"zu", "ar", "en"},
		"any":                                   {"", "*", "en"},
		"a weight of zero":                      {"", "de;q=0", "en"},
		"what is no language":                   {"!!! \x00 de-\xff es", "", "es"},
		"header that is none":                   {"", ";;;===,,,q", "en"},
		"as many as nobody speaks":              {strings.Repeat("zu ", 100) + "de", strings.Repeat("zu,", 100) + "de", "en"},
		"a header that is cut keeps its begins": {"", "ja," + strings.Repeat("zu,", 100), "ja"},
		"case":                                  {"DE-de", "", "de"},
		"script and region":                     {"", "ja-Jpan-JP", "ja"},
	} {
		if got := Match(test.locales, test.accept); got != test.want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func FuzzAnyWishIsAnswered(f *testing.F) {
	f.Add("de", "fr;q=0.3")
	f.Add("x-"+strings.Repeat("a-", 200), strings.Repeat("-", 2000))
	f.Fuzz(func(t *testing.T, locales, accept string) {
		if l := Match(locales, accept); l.Moment(time.Unix(0, 0)) == "" || calendars[l].months == "" {
			t.Errorf("%q, %q: %q", locales, accept, l)
		}
	})
}

func TestMoments(t *testing.T) {
	first := time.Date(2026, 3, 1, 23, 5, 9, 0, time.FixedZone("", -3600))
	for l, want := range map[Language]string{
		"en": "2 March 2026, 00:05 UTC", "de": "2. März 2026, 00:05 UTC", "fr": "2 mars 2026 à 00:05 UTC",
		"es": "2 de marzo de 2026, 00:05 UTC", "ja": "2026年3月2日 00:05 UTC", "xx": "2 March 2026, 00:05 UTC",
	} {
		if got := l.Moment(first); got != want {
			t.Errorf("%s: %s", l, got)
		}
	}
	if got := Language("fr").Moment(first.AddDate(0, 0, -1)); got != "1er mars 2026 à 00:05 UTC" {
		t.Errorf("the first of the month is %s", got)
	}
	for _, l := range Languages() {
		if len(strings.Fields(calendars[Language(l)].months)) != 12 {
			t.Errorf("the year of %s", l)
		}
	}
}

func TestDirections(t *testing.T) {
	for l, want := range map[Language]string{"en": "ltr", "ja": "ltr", "ar": "rtl", "ar-EG": "rtl", "he": "rtl", "arn": "ltr"} {
		if got := l.Direction(); got != want {
			t.Errorf("%s is written %s", l, got)
		}
	}
}
