package passwords

import (
	"crypto/subtle"
	"strings"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/bcrypt"
)

// maxBcryptPassword is how many bytes bcrypt looks at.
const maxBcryptPassword = 72

// Hash is the hash of a password. The zero Hash matches nothing.
type Hash struct {
	text string
	// argon is nil for bcrypt.
	argon *argon2id
}

// Verify reports whether the hash is of password. It takes the time of one hash
// whatever the password is.
func (h Hash) Verify(password string) bool {
	switch {
	case h.text == "":
		return false
	case h.argon != nil:
		return h.argon.verify(password)
	case strings.HasPrefix(h.text, digested):
		return bcrypt.CompareHashAndPassword([]byte(strings.TrimPrefix(h.text, digested)), digest(password)) == nil
	default:
		return verifyBcrypt(h.text, password)
	}
}

// Text returns the hash as it is stored.
func (h Hash) Text() string { return h.text }

// String returns the scheme, so that no log shows the hash.
func (h Hash) String() string {
	switch {
	case h.text == "":
		return "no hash"
	case h.argon != nil:
		return "an argon2id hash"
	default:
		return "a bcrypt hash"
	}
}

// GoString returns what String does.
func (h Hash) GoString() string { return h.String() }

// argon2id is the parts of an argon2id hash (RFC 9106).
type argon2id struct {
	memory, time uint32
	threads      uint8
	salt, key    []byte
}

func (a *argon2id) verify(password string) bool {
	key := argon2.IDKey([]byte(password), a.salt, a.time, a.memory, a.threads, uint32(len(a.key))) //nolint:gosec // the length was bounded when the hash was read
	return subtle.ConstantTimeCompare(key, a.key) == 1
}

// verifyBcrypt refuses what bcrypt cannot tell apart: it ignores what follows the
// first 72 bytes, and its key is repeated with a NUL between, so that "a" and
// "a\x00a" are one to it. The hash is computed all the same, to take as long.
func verifyBcrypt(text, password string) bool {
	distinct := len(password) <= maxBcryptPassword && !strings.Contains(password, "\x00")
	matches := bcrypt.CompareHashAndPassword([]byte(text), []byte(password)) == nil
	return matches && distinct
}
