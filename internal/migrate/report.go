package migrate

import (
	"fmt"
	"regexp"
	"strconv"
)

// report collects sentences, each one line long.
type report struct {
	lostLines, todoLines []string
}

func (r *report) lostf(format string, args ...any) {
	r.lostLines = append(r.lostLines, fmt.Sprintf(format, args...))
}

func (r *report) todof(format string, args ...any) {
	r.todoLines = append(r.todoLines, fmt.Sprintf(format, args...))
}

// maxQuoted is how much of a text from the input a sentence repeats.
const maxQuoted = 200

var userInformation = regexp.MustCompile(`//[^/?#]*@`)

// quote makes a text from the input fit for a terminal, without what could be a
// password in a URI.
func quote(text string) string {
	text = userInformation.ReplaceAllString(text, "//...@")
	if len(text) > maxQuoted {
		text = text[:maxQuoted] + "..."
	}
	return strconv.QuoteToASCII(text)
}
