package keys

import (
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"

	"golang.org/x/crypto/chacha20poly1305"

	"github.com/grantor-dev/grantor/internal/base64url"
)

// Purpose separates keys: what is made for one purpose means nothing for another.
type Purpose string

// Purposes.
const (
	// PurposeAccessToken seals opaque access tokens.
	PurposeAccessToken Purpose = "access-token"
	// PurposeMarkName keys the names of Marks.
	PurposeMarkName Purpose = "mark-name"
)

// root is one root key with the keys derived from it.
type root struct {
	id      []byte
	seal    map[Purpose]cipher.AEAD
	digests map[Purpose][]byte
}

const (
	sealVersion = 1
	rootIDSize  = 6
	prefixSize  = 1 + rootIDSize
)

func newRoot(id string, raw []byte) (root, error) {
	r := root{seal: map[Purpose]cipher.AEAD{}, digests: map[Purpose][]byte{}}
	// Any id that the key Secret may hold has one of the same size here.
	short := sha256.Sum256([]byte(id))
	r.id = short[:rootIDSize]
	key, err := derive(raw, "seal", PurposeAccessToken)
	if err != nil {
		return root{}, err
	}
	if r.seal[PurposeAccessToken], err = chacha20poly1305.NewX(key); err != nil {
		return root{}, err
	}
	r.digests[PurposeMarkName], err = derive(raw, "digest", PurposeMarkName)
	return r, err
}

func derive(raw []byte, use string, purpose Purpose) ([]byte, error) {
	return hkdf.Key(sha256.New, raw, nil, "grantor/"+use+"/"+string(purpose)+"/v1", sha256.Size)
}

// ErrNotSealed says that something is not what this server sealed for the purpose
// and context.
var ErrNotSealed = errors.New("not sealed by this server")

// Seal returns plaintext encrypted and authenticated for a purpose, bound to a
// context, in URL-safe characters.
func (s *Set) Seal(purpose Purpose, context string, plaintext []byte) string {
	r := s.roots[0]
	aead := r.seal[purpose]
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
	for _, r := range s.roots {
		if string(r.id) != string(raw[1:prefixSize]) {
			continue
		}
		nonce, ciphertext := raw[prefixSize:prefixSize+chacha20poly1305.NonceSizeX], raw[prefixSize+chacha20poly1305.NonceSizeX:]
		plaintext, err := r.seal[purpose].Open(nil, nonce, ciphertext, associated(raw[:prefixSize], purpose, context))
		if err != nil {
			return nil, ErrNotSealed
		}
		return plaintext, nil
	}
	return nil, ErrNotSealed
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
		h := hmac.New(sha256.New, r.digests[purpose])
		h.Write([]byte(of))
		names[i] = hex.EncodeToString(h.Sum(nil)[:20])
	}
	return names
}
