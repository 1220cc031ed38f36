package credentials

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"strings"

	"golang.org/x/crypto/chacha20poly1305"

	"github.com/grantor-dev/grantor/internal/base64url"
)

// ErrConnection says that something was not sealed for the context, or with a pepper that is
// gone.
var ErrConnection = errors.New("what a Connection holds does not open")

// SealConnection returns what a server hands over to the operator, encrypted and
// authenticated, bound to a context. Whoever has no pepper can neither read nor make it.
func (p Pepper) SealConnection(context string, plaintext []byte) string {
	nonce := make([]byte, chacha20poly1305.NonceSizeX, chacha20poly1305.NonceSizeX+len(plaintext)+p.connections.Overhead())
	_, _ = rand.Read(nonce)
	sealed := p.connections.Seal(nonce, nonce, plaintext, p.associated(context))
	return strings.Join([]string{formatVersion, p.id, base64.RawURLEncoding.EncodeToString(sealed)}, ".")
}

// OpenConnection returns what was sealed for a context, or ErrConnection.
func (p Peppers) OpenConnection(context, sealed string) ([]byte, error) {
	parts := strings.Split(sealed, ".")
	if len(parts) != 3 || parts[0] != formatVersion {
		return nil, ErrConnection
	}
	pepper, ok := p.byID(parts[1])
	raw, err := base64url.Decode(parts[2])
	if !ok || err != nil || len(raw) < chacha20poly1305.NonceSizeX {
		return nil, ErrConnection
	}
	nonce, ciphertext := raw[:chacha20poly1305.NonceSizeX], raw[chacha20poly1305.NonceSizeX:]
	plaintext, err := pepper.connections.Open(nil, nonce, ciphertext, pepper.associated(context))
	if err != nil {
		return nil, ErrConnection
	}
	return plaintext, nil
}

// associated is what a sealed thing is bound to beside its content. No id has a zero byte.
func (p Pepper) associated(context string) []byte {
	return []byte(formatVersion + "\x00" + p.id + "\x00" + context)
}
