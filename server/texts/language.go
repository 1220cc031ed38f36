package texts

import (
	"strings"

	"golang.org/x/text/language"
)

// Language is one in which the pages speak: a tag of BCP 47.
type Language string

// English is the language of the sources, and that of who wants none of the others.
const English Language = "en"

// languages are all, the one for everybody else first.
var languages = []Language{English, "de", "fr", "es", "ja"}

// Languages returns all, for discovery.
func Languages() []string {
	out := make([]string, len(languages))
	for i, l := range languages {
		out[i] = string(l)
	}
	return out
}

// Direction is that of the language's writing, as HTML has it.
func (l Language) Direction() string {
	for _, prefix := range []Language{"ar", "fa", "he", "ur"} {
		if l == prefix || strings.HasPrefix(string(l), string(prefix)+"-") {
			return "rtl"
		}
	}
	return "ltr"
}

var matcher = func() language.Matcher {
	var tags []language.Tag
	for _, l := range languages {
		tags = append(tags, language.MustParse(string(l)))
	}
	return language.NewMatcher(tags)
}()

// maxWish bounds what is read of a wish: nobody speaks more languages than that has.
const maxWish = 256

// Match returns the language for a request: what the application asks for (ui_locales, OpenID
// Connect Core 1.0 section 3.1.2.1), and then what the browser does (Accept-Language).
func Match(locales, accept string) Language {
	var wanted []language.Tag
	for locale := range strings.FieldsSeq(locales[:min(len(locales), maxWish)]) {
		if tag, err := language.Parse(locale); err == nil {
			wanted = append(wanted, tag)
		}
	}
	if len(accept) > maxWish {
		accept = accept[:maxWish]
		accept = accept[:max(0, strings.LastIndexByte(accept, ','))]
	}
	if tags, weights, err := language.ParseAcceptLanguage(accept); err == nil {
		for i, tag := range tags {
			if weights[i] > 0 {
				wanted = append(wanted, tag)
			}
		}
	}
	if _, index, confidence := matcher.Match(wanted...); confidence != language.No {
		return languages[index]
	}
	return English
}
