package approvals

import (
	"crypto/rand"
	"strings"
)

// alphabet has no vowels, so that no code is a word, and no letters that look alike (RFC
// 8628 section 6.1).
const alphabet = "BCDFGHJKLMNPQRSTVWXZ"

// userCodeLength is how many letters a user code has: 34 bits.
const userCodeLength = 8

// NewUserCode returns a random user code without a hyphen.
func NewUserCode() string {
	const fair = 256 / len(alphabet) * len(alphabet)
	code := make([]byte, 0, userCodeLength)
	for len(code) < userCodeLength {
		var random [1]byte
		_, _ = rand.Read(random[:])
		if n := int(random[0]); n < fair {
			code = append(code, alphabet[n%len(alphabet)])
		}
	}
	return string(code)
}

// FormatUserCode returns a user code as users see it.
func FormatUserCode(code string) string {
	return code[:userCodeLength/2] + "-" + code[userCodeLength/2:]
}

// ParseUserCode reads what a user typed: case, spaces and punctuation do not matter.
func ParseUserCode(typed string) (code string, ok bool) {
	if len(typed) > 64 {
		return "", false
	}
	code = strings.Map(func(c rune) rune {
		if strings.ContainsRune(" -\u2010\u2011\u2013._\t", c) {
			return -1
		}
		return c
	}, strings.ToUpper(typed))
	foreign := func(c rune) bool { return !strings.ContainsRune(alphabet, c) }
	return code, len(code) == userCodeLength && !strings.ContainsFunc(code, foreign)
}
