package jsonmembers

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxMarks is how many marks a letter may have: languages need two, and piles of them cover
// what is written above and below.
const maxMarks = 2

// Line returns a member that is a text of one line for people, of up to most characters, ""
// where there is none, and whether it is no other value. Spaces at the ends are left out, and
// of several in a row there is one.
func (m Members) Line(name string, most int) (line string, ok bool) {
	text, ok := m.Text(name)
	if !ok || utf8.RuneCountInString(text) > most || strings.ContainsFunc(text, isUnseen) {
		return "", false
	}
	line = strings.Join(strings.Fields(text), " ")
	return line, !piles(line)
}

// isUnseen reports whether a character is not printable, or blank to the eye other than as a
// space: two names that look the same would differ by it, or a name would look like none.
func isUnseen(c rune) bool {
	const blankBraille = 0x2800
	return !unicode.IsPrint(c) || c == blankBraille || unicode.In(c, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// piles reports whether a text begins with a mark, which belongs to what stands before it, or
// has too many in a row.
func piles(text string) bool {
	marks := maxMarks
	for _, c := range text {
		if !unicode.Is(unicode.M, c) {
			marks = 0
			continue
		}
		if marks++; marks > maxMarks {
			return true
		}
	}
	return false
}
