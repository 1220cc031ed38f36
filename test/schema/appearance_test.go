package schema

import "strings"

const appearanceAt = "spec.login.appearance"

// serverAppearance says who the pages belong to. Its names and sentences are those of people, so every
// script is good and nothing that is not seen.
var serverAppearance = merged(
	wordExamples(appearanceAt+".name", 64), wordExamples(appearanceAt+".sentence", 300),
	wordExamples(appearanceAt+".translations[].name", 64), wordExamples(appearanceAt+".translations[].sentence", 300),
	webURIExamples(appearanceAt+".helpURI"), webURIExamples(appearanceAt+".privacyURI"),
	webURIExamples(appearanceAt+".translations[].helpURI"), webURIExamples(appearanceAt+".translations[].privacyURI"),
	enumExamples(appearanceAt+".translations[].language", "en", "de", "fr", "es", "ja"),
	requiredExamples(appearanceAt+".translations[].language"),
	textExamples(
		text{at: appearanceAt + ".color", good: []string{"#0b57d0", "#FFFFFF", "#000000"}, bad: []string{"", "#fff", "red", "0b57d0", "#0b57dg", "#0b57d\n", "#0b57d;"}},
		text{
			at:   appearanceAt + ".logo",
			good: []string{"data:image/png;base64,iVBORw0KGgo=", "data:image/jpeg;base64,AAAA", "data:image/webp;base64,AA==", "data:image/svg+xml;base64,PHN2Zz48L3N2Zz4="},
			bad: []string{
				"", "https://example.com/logo.png", "data:image/png,x", "data:image/svg+xml;utf8,<svg/>", "data:text/html;base64,AAAA", "data:image/gif;base64,AAAA",
				"data:image/png;base64,", "data:image/png;base64,A A=", "data:image/png;base64,AAAA\n", "data:image/png;base64,====", "data:image/png;base64,AAAAA", "data:image/png;base64,AAAAAA", "data:image/png;base64,AAA", "data:image/png;base64,AAAA=", "data:image/png;base64,AAA==", "javascript:alert(1)",
			},
		},
	),
	examples{
		"a color as long as allowed": accept(appearanceAt+".color", "maxLength", fields{appearanceAt + ".color": "#0b57d0"}),
		"a logo as long as can be":   accept(appearanceAt+".logo", "maxLength", fields{appearanceAt + ".logo": "data:image/png;base64," + strings.Repeat("AAAA", 8186)}),
		"a logo too long":            refuse(appearanceAt+".logo", "maxLength", fields{appearanceAt + ".logo": "data:image/png;base64," + strings.Repeat("AAAA", 8187)}),
		"a color too long":           refuse(appearanceAt+".color", "maxLength", fields{appearanceAt + ".color": "#0b57d00"}),
	},
	listExamples(appearanceAt+".translations", 5, func(i int) any {
		return map[string]any{"language": []any{"en", "de", "fr", "es", "ja", "xx"}[i]}
	}),
	examples{
		"two languages":    accept(appearanceAt+".translations", "duplicate", languagesOf("de", "fr")),
		"a language twice": refuse(appearanceAt+".translations", "duplicate", languagesOf("de", "de")),
	},
)

func wordExamples(at string, most int) examples {
	return textExamples(text{at: at, max: most, fill: "é",
		good: []string{"Example", "Société Générale d’Essai", "株式会社例", "A & B <b>", "Example: sign in (staff)."},
		bad:  []string{"", " ", " a", "a ", "a  b", "a\nb", "a\u200bb", "a\u202eb", "a\u00a0b", "a\x00b", strings.Repeat(" ", 3)}})
}

func languagesOf(languages ...string) fields {
	var out []any
	for _, l := range languages {
		out = append(out, map[string]any{"language": l})
	}
	return fields{appearanceAt + ".translations": out}
}
