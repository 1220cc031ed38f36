// Package recovery makes and checks recovery codes, each of which counts once. They are random
// enough that nobody can guess one, so they need no limit. It stores nothing.
package recovery

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/base64"
	"strings"
)

// Count is how many codes a user gets.
const Count = 10

// encoding has no letters that look like digits (Crockford's).
var encoding = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// New returns new codes and the hashes to store.
func New() (codes, hashes []string) {
	for range Count {
		var raw [10]byte
		_, _ = rand.Read(raw[:])
		text := encoding.EncodeToString(raw[:])
		codes = append(codes, strings.Join([]string{text[:4], text[4:8], text[8:12], text[12:]}, "-"))
		hashes = append(hashes, hash(text))
	}
	return codes, hashes
}

// typed undoes what people do to a code.
var typed = strings.NewReplacer("-", "", " ", "", "\u00a0", "", "o", "0", "i", "1", "l", "1")

// Is reports whether a text has the form of a code.
func Is(text string) bool {
	raw, err := encoding.DecodeString(plain(text))
	return err == nil && len(raw) == 10
}

// Match returns which of the hashes is that of a code, or -1.
func Match(hashes []string, code string) int {
	found := -1
	if !Is(code) {
		return found
	}
	sum := hash(plain(code))
	for n, h := range hashes {
		if subtle.ConstantTimeCompare([]byte(h), []byte(sum)) == 1 {
			found = n
		}
	}
	return found
}

// maxTyped is longer than a code with everything that people put between its letters.
const maxTyped = 64

func plain(text string) string {
	if len(text) > maxTyped {
		return ""
	}
	return typed.Replace(strings.ToLower(text))
}

// hash needs no salt and no work: the codes are random and of 80 bits.
func hash(text string) string {
	sum := sha256.Sum256([]byte("grantor/recovery-code/" + text))
	return base64.RawStdEncoding.EncodeToString(sum[:])
}
