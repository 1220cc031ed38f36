package publickeys

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"math/big"
)

// Thumbprint returns the SHA-256 thumbprint of the key (RFC 7638), in base64url. A key has
// one, however it was written down.
func (k Key) Thumbprint() string {
	var members string
	switch key := k.public.(type) {
	case ed25519.PublicKey:
		members = fmt.Sprintf(`{"crv":"Ed25519","kty":"OKP","x":"%s"}`, encoded(key))
	case *ecdsa.PublicKey:
		point, err := key.Bytes()
		if err != nil {
			return ""
		}
		members = fmt.Sprintf(`{"crv":"P-256","kty":"EC","x":"%s","y":"%s"}`, encoded(point[1:33]), encoded(point[33:]))
	case *rsa.PublicKey:
		members = fmt.Sprintf(`{"e":"%s","kty":"RSA","n":"%s"}`, encoded(big.NewInt(int64(key.E)).Bytes()), encoded(key.N.Bytes()))
	}
	sum := sha256.Sum256([]byte(members))
	return encoded(sum[:])
}

func encoded(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }
