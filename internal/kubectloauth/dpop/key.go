package dpop

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// Key signs proofs.
type Key struct {
	signer jose.Signer
	now    func() time.Time
}

// NewKey returns a new key for ES256.
func NewKey(now func() time.Time) (*Key, error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make a key for DPoP: %w", err)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: private}, (&jose.SignerOptions{EmbedJWK: true}).WithType("dpop+jwt"))
	if err != nil {
		return nil, fmt.Errorf("make a key for DPoP: %w", err)
	}
	return &Key{signer, now}, nil
}

// Proof returns a proof for a request. token is the access token that the request has, and
// nonce the one that the server gave, if there are any (RFC 9449 section 4.2).
func (k *Key) Proof(method string, at *url.URL, token, nonce string) (string, error) {
	target := *at
	target.RawQuery, target.Fragment, target.User, target.ForceQuery = "", "", nil, false
	claims := map[string]any{"jti": rand.Text(), "htm": method, "htu": target.String(), "iat": k.now().Unix()}
	if token != "" {
		sum := sha256.Sum256([]byte(token))
		claims["ath"] = base64.RawURLEncoding.EncodeToString(sum[:])
	}
	if nonce != "" {
		claims["nonce"] = nonce
	}
	content, err := json.Marshal(claims)
	if err != nil {
		return "", err
	}
	signed, err := k.signer.Sign(content)
	if err != nil {
		return "", fmt.Errorf("sign a DPoP proof: %w", err)
	}
	return signed.CompactSerialize()
}
