package ui

import (
	"fmt"
	"html"
	"html/template"
	"strings"
	"time"

	"github.com/grantor-dev/grantor/server/texts"
)

// speaker says texts in a language. Its methods are functions of templates.
type speaker struct {
	catalogue *texts.Catalogue
	language  texts.Language
}

// html returns a sentence of a template as HTML. Values are isolated from the direction of the
// sentence, unless they are HTML already.
func (s *speaker) html(english string, values ...any) template.HTML {
	shown := make([]string, len(values))
	for i, value := range values {
		if marked, ok := value.(template.HTML); ok {
			shown[i] = string(marked)
			continue
		}
		shown[i] = isolated(fmt.Sprint(value))
	}
	return s.sentence(texts.T(english, values...).Sentences()[0], shown)
}

// sentence returns a sentence with values that are HTML. One that is not in the catalogue is
// English, and says so.
func (s *speaker) sentence(said texts.Sentence, values []string) template.HTML {
	format, known := s.catalogue.Format(s.language, said)
	out := texts.Expand(html.EscapeString(format), values)
	if !known && s.language != texts.English {
		out = `<span lang="en" dir="ltr">` + out + `</span>`
	}
	return template.HTML(out) //nolint:gosec // the sentence is escaped, and so are its values
}

// plain returns a sentence of a template for titles and attributes, which have no elements.
func (s *speaker) plain(english string, values ...any) string {
	return s.saying(texts.T(english, values...))
}

// say returns what Go code says, as HTML.
func (s *speaker) say(text texts.Text) template.HTML {
	var out []string
	for _, said := range text.Sentences() {
		values := make([]string, len(said.Values))
		for i, value := range said.Values {
			values[i] = isolated(value)
		}
		out = append(out, string(s.sentence(said, values)))
	}
	return template.HTML(strings.Join(out, " ")) //nolint:gosec // see sentence
}

// saying returns what Go code says, for titles.
func (s *speaker) saying(text texts.Text) string {
	var out []string
	for _, said := range text.Sentences() {
		format, _ := s.catalogue.Format(s.language, said)
		out = append(out, texts.Expand(format, said.Values))
	}
	return strings.Join(out, " ")
}

// time returns a moment as an element.
func (s *speaker) time(t time.Time) template.HTML {
	return template.HTML(`<time datetime="` + t.UTC().Format(time.RFC3339) + `">` + html.EscapeString(s.language.Moment(t)) + `</time>`) //nolint:gosec // escaped
}

// isolated returns a value that its surroundings cannot turn around.
func isolated(value string) string { return "<bdi>" + html.EscapeString(value) + "</bdi>" }

// name is what people call an application.
func name(a Application) string {
	if a.Name == "" {
		return a.ID
	}
	return a.Name
}

// strong returns an important value.
func strong(value string) template.HTML {
	return template.HTML("<strong>" + isolated(value) + "</strong>") //nolint:gosec // escaped
}

// person returns a user by both names.
func person(display, username string) template.HTML {
	if display == "" || display == username {
		return strong(username)
	}
	return strong(display) + template.HTML(" ("+isolated(username)+")") //nolint:gosec // escaped
}

// list returns values behind each other.
func list(values []string) template.HTML {
	shown := make([]string, len(values))
	for i, value := range values {
		shown[i] = isolated(value)
	}
	return template.HTML(strings.Join(shown, ", ")) //nolint:gosec // escaped
}
