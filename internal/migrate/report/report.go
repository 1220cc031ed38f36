package report

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Report collects sentences, each one line long.
type Report struct {
	// Lost are about what could not be kept, ToDo about what is left to do.
	Lost, ToDo []string
}

// Lostf adds a sentence to Lost.
func (r *Report) Lostf(format string, args ...any) {
	r.Lost = append(r.Lost, fmt.Sprintf(format, args...))
}

// Todof adds a sentence to ToDo.
func (r *Report) Todof(format string, args ...any) {
	r.ToDo = append(r.ToDo, fmt.Sprintf(format, args...))
}

// maxQuoted is how much of a text from the input a sentence repeats.
const maxQuoted = 200

var userInformation = regexp.MustCompile(`//[^/?#]*@`)

// Quote makes a text from the input fit for a terminal, without what could be a
// password in a URI.
func Quote(text string) string {
	text = userInformation.ReplaceAllString(text, "//...@")
	if len(text) > maxQuoted {
		text = text[:maxQuoted] + "..."
	}
	return strconv.QuoteToASCII(text)
}

var plainName = regexp.MustCompile(`^[A-Za-z0-9._-]{0,253}$`)

// Printable leaves names as they are and quotes what no name is.
func Printable(text string) string {
	if plainName.MatchString(text) {
		return text
	}
	return Quote(text)
}

// Quoted joins what came from the input, so that it stays on one line.
func Quoted(list []string) string {
	out := make([]string, len(list))
	for i, text := range list {
		out[i] = Quote(text)
	}
	return strings.Join(out, ", ")
}
