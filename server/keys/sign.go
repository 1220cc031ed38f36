package keys

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	jose "github.com/go-jose/go-jose/v4"

	"github.com/grantor-dev/grantor/internal/base64url"
	"github.com/grantor-dev/grantor/internal/keyring"
)

// Types of tokens.
const (
	// TypeAccessToken is the typ of an access token (RFC 9068 section 2.1).
	TypeAccessToken = "at+jwt"
	// TypeIDToken is the typ of an ID token (RFC 7519 section 5.1).
	TypeIDToken = "JWT"
	// TypeLogoutToken is the typ of a logout token (OpenID Connect Back-Channel Logout
	// 1.0 section 2.4).
	TypeLogoutToken = "logout+jwt"
)

// types returns what is signed with an algorithm: access tokens with one only.
func types(algorithm jose.SignatureAlgorithm) []string {
	if algorithm == jose.ES256 {
		return []string{TypeAccessToken, TypeIDToken, TypeLogoutToken}
	}
	return []string{TypeIDToken, TypeLogoutToken}
}

// Algorithms returns what tokens are signed with.
func Algorithms() []string { return []string{string(jose.RS256), string(jose.ES256)} }

// Signer signs with one key.
type Signer struct {
	scheme
	headers map[string]string
	since   time.Time
}

// scheme is a signature algorithm with a key.
type scheme interface {
	// size of a signature in bytes.
	size() int
	// sign returns the signature of a SHA-256 digest.
	sign(digest []byte) ([]byte, error)
	// verify reports whether a signature is one of the digest.
	verify(digest, signature []byte) bool
}

func newSigner(key keyring.Key) (*Signer, error) {
	scheme, err := newScheme(key.Private)
	if err != nil {
		return nil, fmt.Errorf("key %q: %w", key.ID, err)
	}
	s := &Signer{scheme: scheme, headers: map[string]string{}, since: key.Since()}
	for _, typ := range types(key.Algorithm) {
		header := `{"alg":"` + string(key.Algorithm) + `","kid":"` + key.ID + `","typ":"` + typ + `"}`
		s.headers[typ] = base64.RawURLEncoding.EncodeToString([]byte(header))
	}
	return s, nil
}

// Sign returns a JWS of the payload, in compact form, of the given type.
func (s *Signer) Sign(typ string, payload []byte) (string, error) {
	header, ok := s.headers[typ]
	if !ok {
		return "", fmt.Errorf("sign: unknown type %q", typ)
	}
	size := len(header) + 1 + base64.RawURLEncoding.EncodedLen(len(payload)) + 1 + base64.RawURLEncoding.EncodedLen(s.size())
	token := make([]byte, 0, size)
	token = append(token, header...)
	token = append(token, '.')
	token = base64.RawURLEncoding.AppendEncode(token, payload)
	digest := sha256.Sum256(token)
	signature, err := s.sign(digest[:])
	if err != nil {
		return "", fmt.Errorf("sign: %w", err)
	}
	token = append(token, '.')
	token = base64.RawURLEncoding.AppendEncode(token, signature)
	return string(token), nil
}

// ErrNotSigned says that a token is not one that this server signed.
var ErrNotSigned = errors.New("not signed by this server")

// Verify returns the payload of a JWS of the given type that one of the set's keys
// signed. Only headers that this server writes are accepted, byte for byte, so no
// header is ever interpreted. The payload must not be changed.
func (s *Set) Verify(typ, token string) ([]byte, error) {
	if payload, ok := s.verified.get(typ, token); ok {
		return payload, nil
	}
	header, rest, _ := strings.Cut(token, ".")
	payload, signature, ok := strings.Cut(rest, ".")
	if !ok {
		return nil, ErrNotSigned
	}
	signer := s.signerOf(typ, header)
	if signer == nil {
		return nil, ErrNotSigned
	}
	raw, err := base64url.Decode(signature)
	if err != nil || len(raw) != signer.size() {
		return nil, ErrNotSigned
	}
	digest := sha256.Sum256([]byte(token[:len(header)+1+len(payload)]))
	if !signer.verify(digest[:], raw) {
		return nil, ErrNotSigned
	}
	decoded, err := base64url.Decode(payload)
	if err != nil {
		return nil, ErrNotSigned
	}
	s.verified.put(typ, token, decoded)
	return decoded, nil
}

// signerOf returns the signer that writes this header for the type, or nil.
func (s *Set) signerOf(typ, header string) *Signer {
	for _, signer := range s.signers {
		if own, ok := signer.headers[typ]; ok && own == header {
			return signer
		}
	}
	return nil
}
