package dpoptest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/internal/publickeys"
)

// Key is a key that a client has.
type Key struct {
	// Algorithm is the one that it signs with.
	Algorithm string
	// JWK is the public key as it is written into proofs.
	JWK     map[string]any
	private crypto.Signer
}

// NewKey returns a new key for ES256.
func NewKey(t testing.TB) Key { return NewKeyFor(t, "ES256") }

// NewKeyFor returns a new key for ES256, EdDSA, Ed25519 or PS256.
func NewKeyFor(t testing.TB, algorithm string) Key {
	t.Helper()
	k, err := Generate(algorithm)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// Generate is NewKeyFor outside of a test.
func Generate(algorithm string) (Key, error) {
	k := Key{Algorithm: algorithm}
	var err error
	switch algorithm {
	case "EdDSA", "Ed25519":
		_, k.private, err = ed25519.GenerateKey(rand.Reader)
	case "PS256":
		k.private, err = rsa.GenerateKey(rand.Reader, 2048)
	default:
		k.private, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	}
	if err != nil {
		return Key{}, fmt.Errorf("generate key: %w", err)
	}
	k.JWK = jwk(k.private.Public())
	return k, nil
}

func jwk(public crypto.PublicKey) map[string]any {
	switch public := public.(type) {
	case ed25519.PublicKey:
		return map[string]any{"kty": "OKP", "crv": "Ed25519", "x": encode(public)}
	case *rsa.PublicKey:
		return map[string]any{"kty": "RSA", "n": encode(public.N.Bytes()), "e": encode(big.NewInt(int64(public.E)).Bytes())}
	case *ecdsa.PublicKey:
		point, _ := public.Bytes()
		return map[string]any{"kty": "EC", "crv": "P-256", "x": encode(point[1:33]), "y": encode(point[33:])}
	}
	return nil
}

// Thumbprint returns the thumbprint of the key.
func (k Key) Thumbprint(t testing.TB) string {
	t.Helper()
	var written publickeys.JWK
	text, err := json.Marshal(k.JWK)
	if err == nil {
		err = json.Unmarshal(text, &written)
	}
	if err != nil {
		t.Fatal(err)
	}
	key, err := publickeys.Parse(written)
	if err != nil {
		t.Fatal(err)
	}
	return key.Thumbprint()
}

// Proof returns a proof of this moment for a request. More claims replace its own; nil
// leaves one out.
func (k Key) Proof(method, url string, more map[string]any) string {
	claims := map[string]any{"htm": method, "htu": url, "iat": time.Now().Unix(), "jti": rand.Text()}
	merge(claims, more)
	return k.Sign(nil, claims)
}

// Ath returns the claim ath for an access token.
func Ath(token string) string {
	sum := sha256.Sum256([]byte(token))
	return encode(sum[:])
}

// Sign returns a JWT with the header of a proof, in which more members replace its own.
func (k Key) Sign(more, claims map[string]any) string {
	header := map[string]any{"typ": "dpop+jwt", "alg": k.Algorithm, "jwk": k.JWK}
	merge(header, more)
	head, _ := json.Marshal(header)
	payload, _ := json.Marshal(claims)
	signed := encode(head) + "." + encode(payload)
	return signed + "." + encode(k.signature(signed))
}

func (k Key) signature(signed string) []byte {
	digest := sha256.Sum256([]byte(signed))
	switch private := k.private.(type) {
	case ed25519.PrivateKey:
		return ed25519.Sign(private, []byte(signed))
	case *rsa.PrivateKey:
		signature, _ := rsa.SignPSS(rand.Reader, private, crypto.SHA256, digest[:], &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash})
		return signature
	case *ecdsa.PrivateKey:
		r, s, _ := ecdsa.Sign(rand.Reader, private, digest[:])
		signature := make([]byte, 64)
		r.FillBytes(signature[:32])
		s.FillBytes(signature[32:])
		return signature
	}
	return nil
}

func merge(into, more map[string]any) {
	maps.Copy(into, more)
	maps.DeleteFunc(into, func(_ string, value any) bool { return value == nil })
}

func encode(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }
