package main

import (
	"iter"
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// prose yields the lines outside of fenced code blocks with their numbers from 1.
func prose(text string) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		fence := ""
		number := 0
		for line := range strings.Lines(text) {
			number++
			line = strings.TrimRight(line, "\r\n")
			marker := fenceMarker(line)
			switch {
			case fence == "" && marker != "":
				fence = marker
			case fence != "":
				if strings.HasPrefix(marker, fence) && strings.Trim(strings.TrimSpace(line), marker[:1]) == "" {
					fence = ""
				}
			case !yield(number, line):
				return
			}
		}
	}
}

// fenceMarker is the run of backquotes or tildes that opens or closes a fenced
// block on this line, or nothing.
func fenceMarker(line string) string {
	line = strings.TrimLeft(line, " >\t")
	for _, char := range []string{"`", "~"} {
		run := len(line) - len(strings.TrimLeft(line, char))
		if run >= 3 && !strings.Contains(line[run:], "`") {
			return line[:run]
		}
	}
	return ""
}

var linkText = regexp.MustCompile(`\[([^\]]*)\]\([^)]*\)`)

// slug turns a heading into its fragment as GitHub does: lower case, spaces to
// hyphens, only letters, digits, hyphens and underscores stay.
func slug(title string) string {
	title = linkText.ReplaceAllString(title, "$1")
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r == '-', r == '_', unicode.IsLetter(r), unicode.IsDigit(r):
			return unicode.ToLower(r)
		default:
			return -1
		}
	}, title)
}

// unused numbers a slug that earlier headings of the document took.
func unused(taken map[string]bool, base string) string {
	candidate := base
	for n := 1; taken[candidate]; n++ {
		candidate = base + "-" + strconv.Itoa(n)
	}
	return candidate
}
