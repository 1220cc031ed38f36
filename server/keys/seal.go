package keys

import (
	"crypto/rand"
	"encoding/base64"
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

// RootID stands for a root key in what was made with it. The zero value is that of no
// key.
type RootID [rootIDSize]byte

// Root returns the id of the root key that is in use.
func (s *Set) Root() RootID { return RootID(s.roots[0].id) }

// SealedWith returns the id of the root key that something was sealed with.
func SealedWith(sealed string) RootID {
	raw, err := base64url.Decode(sealed)
	if err != nil || len(raw) < prefixSize {
		return RootID{}
	}
	return RootID(raw[1:prefixSize])
}

// Seal returns plaintext encrypted and authenticated for a purpose, bound to a
// context, in URL-safe characters.
func (s *Set) Seal(purpose Purpose, context string, plaintext []byte) string {
	return s.SealWith(s.Root(), purpose, context, plaintext)
}

// SealWith is Seal with a root key that is not the one in use any more, perhaps. One that
// is not there is replaced by the one in use.
func (s *Set) SealWith(id RootID, purpose Purpose, context string, plaintext []byte) string {
	r := s.rootOr(id)
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
