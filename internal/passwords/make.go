package passwords

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/bcrypt"
)

const (
	// madeSaltSize and madeKeySize are what RFC 9106 section 3.1 recommends.
	madeSaltSize, madeKeySize = 16, 32
	// digested begins the text of a bcrypt hash of a digest.
	digested = "sha256+"
)

// digestKey separates the digests from others of the same passwords.
const digestKey = "grantor own password"

// Make returns a hash of a password that costs as much to verify as another one does.
func Make(like Hash, password string) (Hash, error) {
	switch {
	case like.text == "":
		return Hash{}, errors.New("hash password: no hash to be like")
	case like.argon != nil:
		return makeArgon2id(like.argon, password)
	}
	cost, err := bcrypt.Cost([]byte(strings.TrimPrefix(like.text, digested)))
	if err != nil {
		return Hash{}, errBcrypt
	}
	hash, err := bcrypt.GenerateFromPassword(digest(password), cost)
	if err != nil {
		return Hash{}, fmt.Errorf("hash password: %w", err)
	}
	return ParseMade(digested + string(hash))
}

func makeArgon2id(like *argon2id, password string) (Hash, error) {
	salt := make([]byte, madeSaltSize)
	_, _ = rand.Read(salt)
	key := argon2.IDKey([]byte(password), salt, like.time, like.memory, like.threads, madeKeySize)
	encode := base64.RawStdEncoding.EncodeToString
	return ParseMade(fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s", like.memory, like.time, like.threads, encode(salt), encode(key)))
}

// ParseMade reads the Text of a Hash that Make returned, within the same bounds as Parse.
func ParseMade(text string) (Hash, error) {
	inner, ok := strings.CutPrefix(text, digested)
	if !ok {
		if strings.HasPrefix(text, "$2") {
			return Hash{}, errUnknown
		}
		return parse(text)
	}
	if !strings.HasPrefix(inner, "$2") {
		return Hash{}, errUnknown
	}
	if _, err := parseBcrypt(inner); err != nil {
		return Hash{}, err
	}
	return Hash{text: text}, nil
}

// digest is what bcrypt is given instead of a password of any length: it looks at 72 bytes only,
// and at none after a NUL.
func digest(password string) []byte {
	h := hmac.New(sha256.New, []byte(digestKey))
	h.Write([]byte(password))
	return base64.RawStdEncoding.AppendEncode(nil, h.Sum(nil))
}
