package texts

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Text is one or more sentences for people: English ones of the catalogue with the values of
// their placeholders. A constant without placeholders is one as it is.
type Text string

// A Text separates its sentences and their values by characters that neither has.
const betweenSentences, betweenValues = "\x01", "\x00"

var separators = strings.NewReplacer(betweenSentences, "", betweenValues, "")

// T returns a sentence with placeholders: %s for a text and %d for a number, or %[2]s for the
// second value. A sentence with one %d may have plural forms in the catalogue.
func T(english string, values ...any) Text {
	var b strings.Builder
	b.WriteString(english)
	for _, value := range values {
		b.WriteString(betweenValues + separators.Replace(fmt.Sprint(value)))
	}
	return Text(b.String())
}

// Said returns words that are not the server's own, such as those of a condition: they are not
// translated.
func Said(words string) Text { return Text(separators.Replace(words)) }

// Join returns sentences that follow each other.
func Join(all ...Text) Text {
	var out []string
	for _, text := range all {
		if text != "" {
			out = append(out, string(text))
		}
	}
	return Text(strings.Join(out, betweenSentences))
}

// Sentence is a sentence with the values of its placeholders.
type Sentence struct {
	English string
	Values  []string
}

// Sentences returns what a text consists of.
func (t Text) Sentences() []Sentence {
	if t == "" {
		return nil
	}
	var out []Sentence
	for part := range strings.SplitSeq(string(t), betweenSentences) {
		values := strings.Split(part, betweenValues)
		out = append(out, Sentence{values[0], values[1:]})
	}
	return out
}

// English returns the text in English.
func (t Text) English() string {
	var out []string
	for _, s := range t.Sentences() {
		out = append(out, Expand(s.English, s.Values))
	}
	return strings.Join(out, " ")
}

// placeholder is what stands for a value.
var placeholder = regexp.MustCompile(`%(?:\[([1-9])\])?([sd%])`)

// Expand puts values in the place of placeholders. Words without values are left as they are.
func Expand(format string, values []string) string {
	if len(values) == 0 {
		return format
	}
	next := 0
	return placeholder.ReplaceAllStringFunc(format, func(found string) string {
		if found == "%%" {
			return "%"
		}
		if index := placeholder.FindStringSubmatch(found)[1]; index != "" {
			next, _ = strconv.Atoi(index)
			next--
		}
		next++
		if next > len(values) {
			return ""
		}
		return values[next-1]
	})
}
