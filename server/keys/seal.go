package keys

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"

	"golang.org/x/crypto/chacha20poly1305"

	"github.com/grantor-dev/grantor/internal/base64url"
)

const (
	sealVersion = 1
	prefixSize  = 1 + rootIDSize
)

// ErrNotSealed says that something is not what this server sealed for the purpose
// and context.
var ErrNotSealed = errors.New("not sealed by this server")

// Seal returns plaintext encrypted and authenticated for a purpose, bound to a
// context, in URL-safe characters.
func (s *Set) Seal(purpose Purpose, context string, plaintext []byte) string {
	r := s.roots[0]
	aead := r.keys[purpose].seal
	out := make([]byte, prefixSize+chacha20poly1305.NonceSizeX, prefixSize+chacha20poly1305.NonceSizeX+len(plaintext)+aead.Overhead())
	out[0] = sealVersion
	copy(out[1:], r.id)
	nonce := out[prefixSize:]
	_, _ = rand.Read(nonce)
	out = aead.Seal(out, nonce, plaintext, associated(out[:prefixSize], purpose, context))
	return base64.RawURLEncoding.EncodeToString(out)
}

// Open returns what was sealed for the same purpose and context, or ErrNotSealed.
func (s *Set) Open(purpose Purpose, context, sealed string) ([]byte, error) {
	raw, err := base64url.Decode(sealed)
	if err != nil || len(raw) < prefixSize+chacha20poly1305.NonceSizeX || raw[0] != sealVersion {
		return nil, ErrNotSealed
	}
	r, ok := s.root(raw[1:prefixSize])
	if !ok {
		return nil, ErrNotSealed
	}
	nonce, ciphertext := raw[prefixSize:prefixSize+chacha20poly1305.NonceSizeX], raw[prefixSize+chacha20poly1305.NonceSizeX:]
	plaintext, err := r.keys[purpose].seal.Open(nil, nonce, ciphertext, associated(raw[:prefixSize], purpose, context))
	if err != nil {
		return nil, ErrNotSealed
	}
	return plaintext, nil
}

// associated is what a sealed thing is bound to beside its content.
func associated(prefix []byte, purpose Purpose, context string) []byte {
	data := make([]byte, 0, len(prefix)+len(purpose)+1+len(context))
	data = append(data, prefix...)
	data = append(data, purpose...)
	data = append(data, 0)
	return append(data, context...)
}

// Names returns the names, in hexadecimal, that something has under each root
// key, the current one first: a keyed digest, from which nothing can be guessed.
func (s *Set) Names(purpose Purpose, of string) []string {
	names := make([]string, len(s.roots))
	for i, r := range s.roots {
		h := hmac.New(sha256.New, r.keys[purpose].digest)
		h.Write([]byte(of))
		names[i] = hex.EncodeToString(h.Sum(nil)[:20])
	}
	return names
}
