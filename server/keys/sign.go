package keys

import (
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"math/big"
	"strings"

	"github.com/grantor-dev/grantor/internal/base64url"
)

// Signer signs with one ES256 key (RFC 7518 section 3.4).
type Signer struct {
	id      string
	private *ecdsa.PrivateKey
	headers map[string]string
}

// TypeAccessToken is the typ of an access token (RFC 9068 section 2.1).
const TypeAccessToken = "at+jwt"

func newSigner(id string, private *ecdsa.PrivateKey) *Signer {
	s := &Signer{id: id, private: private, headers: map[string]string{}}
	for _, typ := range []string{TypeAccessToken} {
		header := `{"alg":"ES256","kid":"` + id + `","typ":"` + typ + `"}`
		s.headers[typ] = base64.RawURLEncoding.EncodeToString([]byte(header))
	}
	return s
}

// half is the size of each of the two numbers in an ES256 signature.
const half = 32

// Sign returns a JWS of the payload, in compact form, of the given type.
func (s *Signer) Sign(typ string, payload []byte) (string, error) {
	header, ok := s.headers[typ]
	if !ok {
		return "", fmt.Errorf("sign: unknown type %q", typ)
	}
	size := len(header) + 1 + base64.RawURLEncoding.EncodedLen(len(payload)) + 1 + base64.RawURLEncoding.EncodedLen(2*half)
	token := make([]byte, 0, size)
	token = append(token, header...)
	token = append(token, '.')
	token = base64.RawURLEncoding.AppendEncode(token, payload)
	digest := sha256.Sum256(token)
	r, v, err := ecdsa.Sign(rand.Reader, s.private, digest[:])
	if err != nil {
		return "", fmt.Errorf("sign: %w", err)
	}
	var signature [2 * half]byte
	r.FillBytes(signature[:half])
	v.FillBytes(signature[half:])
	token = append(token, '.')
	token = base64.RawURLEncoding.AppendEncode(token, signature[:])
	return string(token), nil
}

// ErrNotSigned says that a token is not one that this server signed.
var ErrNotSigned = errors.New("not signed by this server")

// Verify returns the payload of a JWS of the given type that one of the set's keys
// signed. Only headers that this server writes are accepted, byte for byte, so no
// header is ever interpreted.
func (s *Set) Verify(typ, token string) ([]byte, error) {
	header, rest, _ := strings.Cut(token, ".")
	payload, signature, ok := strings.Cut(rest, ".")
	if !ok {
		return nil, ErrNotSigned
	}
	for _, signer := range s.signers {
		if signer.headers[typ] != header {
			continue
		}
		raw, err := base64url.Decode(signature)
		if err != nil || len(raw) != 2*half {
			return nil, ErrNotSigned
		}
		digest := sha256.Sum256([]byte(token[:len(header)+1+len(payload)]))
		r, v := new(big.Int).SetBytes(raw[:half]), new(big.Int).SetBytes(raw[half:])
		if !ecdsa.Verify(&signer.private.PublicKey, digest[:], r, v) {
			return nil, ErrNotSigned
		}
		decoded, err := base64url.Decode(payload)
		if err != nil {
			return nil, ErrNotSigned
		}
		return decoded, nil
	}
	return nil, ErrNotSigned
}
