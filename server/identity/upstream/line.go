package upstream

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxValue is how many bytes a text may have that is taken over from a provider.
const MaxValue = 256

// Line reports whether a text can be taken over from a provider: it is not empty, not too long, and
// has no control characters.
func Line(text string) bool {
	return text != "" && len(text) <= MaxValue && utf8.ValidString(text) && !strings.ContainsFunc(text, unicode.IsControl)
}
