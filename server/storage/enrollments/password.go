package enrollments

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"time"

	"github.com/grantor-dev/grantor/internal/passwords"
)

// Password is a password that the user set. It counts as long as the administrator's is the one
// that it replaced.
type Password struct {
	// Hash is the text of one that passwords.Make made.
	Hash string `json:"hash"`
	// Replaced is a fingerprint of the administrator's hash. Key is random and keys it: nothing
	// else tells that two users had the same hash, and no other key has to be kept for it.
	Key      []byte `json:"key"`
	Replaced []byte `json:"replaced"`
	SetAt    int64  `json:"setAt"`
}

// keySize is that of an HMAC-SHA256.
const keySize = 32

// NewPassword returns a password that replaces the administrator's.
func NewPassword(hash, replaced passwords.Hash, now time.Time) *Password {
	key := make([]byte, keySize)
	_, _ = rand.Read(key)
	return &Password{Hash: hash.Text(), Key: key, Replaced: fingerprint(key, replaced), SetAt: now.UnixMilli()}
}

// Counts reports whether a password counts beside the administrator's hash. A nil one does not.
func (p *Password) Counts(administrators passwords.Hash) bool {
	return p != nil && hmac.Equal(p.Replaced, fingerprint(p.Key, administrators))
}

// Same reports whether two passwords, which can be nil, are one.
func (p *Password) Same(other *Password) bool {
	if p == nil || other == nil {
		return p == other
	}
	return p.Hash == other.Hash && p.SetAt == other.SetAt
}

// written is the version that a payload is written with.
func (c *Content) written() int {
	if c.Password != nil {
		return payloadVersion
	}
	return plainVersion
}

func fingerprint(key []byte, hash passwords.Hash) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(hash.Text()))
	return h.Sum(nil)
}
