package credentials

import (
	"crypto/rand"
	"encoding/base64"
)

// MinLength is the number of bytes below which a value is never taken for a
// client secret: 256 bits, were they random bytes.
const MinLength = 32

// Generate returns a new client secret: 256 random bits in characters that need
// no escaping in a form, a header, a URL or a shell.
func Generate() string {
	var b [32]byte
	// crypto/rand.Read never fails; it ends the program when the system cannot
	// give randomness.
	_, _ = rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}
