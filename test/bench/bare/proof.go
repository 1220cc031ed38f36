package bare

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"slices"
	"strings"
	"time"
)

// confirmation says which key a token is bound to (RFC 9449 section 6.1).
type confirmation struct {
	JKT string `json:"jkt"`
}

type proofHeader struct {
	Type string `json:"typ"`
	Key  struct {
		X string `json:"x"`
		Y string `json:"y"`
	} `json:"jwk"`
}

type proofClaims struct {
	Method   string `json:"htm"`
	URI      string `json:"htu"`
	IssuedAt int64  `json:"iat"`
}

// prove verifies a DPoP proof for ES256 and returns its key.
func prove(text, uri string) (*confirmation, error) {
	parts := strings.Split(text, ".")
	if len(parts) != 3 {
		return nil, errors.New("no JWT")
	}
	var head proofHeader
	var claims proofClaims
	if err := errors.Join(decode(parts[0], &head), decode(parts[1], &claims)); err != nil {
		return nil, err
	}
	age := time.Since(time.Unix(claims.IssuedAt, 0))
	if head.Type != "dpop+jwt" || claims.Method != http.MethodPost || claims.URI != uri || age > time.Minute || age < -10*time.Second {
		return nil, errors.New("another proof")
	}
	x, _ := base64.RawURLEncoding.DecodeString(head.Key.X)
	y, _ := base64.RawURLEncoding.DecodeString(head.Key.Y)
	key, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), slices.Concat([]byte{4}, x, y))
	if err != nil {
		return nil, fmt.Errorf("parse key: %w", err)
	}
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil || len(signature) != 64 {
		return nil, errors.New("no signature")
	}
	digest := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if !ecdsa.Verify(key, digest[:], new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])) {
		return nil, errors.New("another signature")
	}
	thumbprint := sha256.Sum256([]byte(`{"crv":"P-256","kty":"EC","x":"` + head.Key.X + `","y":"` + head.Key.Y + `"}`))
	return &confirmation{encode(thumbprint[:])}, nil
}

func decode(part string, into any) error {
	raw, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		return err
	}
	return json.Unmarshal(raw, into)
}
