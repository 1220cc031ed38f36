package installation

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"

	"golang.org/x/crypto/argon2"
)

// CheapHash is the cheapest hash of a password that is accepted, so that signing in
// takes little.
func CheapHash(password string) []byte {
	const memory = 8 << 10
	salt := []byte(rand.Text())
	key := argon2.IDKey([]byte(password), salt, 1, memory, 1, 32)
	text := base64.RawStdEncoding.EncodeToString
	return fmt.Appendf(nil, "$argon2id$v=%d$m=%d,t=1,p=1$%s$%s", argon2.Version, memory, text(salt), text(key))
}
