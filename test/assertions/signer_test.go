package assertions

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
	"math/big"
	"testing"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// signer signs as the RFCs say, with nothing but the standard library.
type signer struct {
	alg string
	key crypto.Signer
}

func newSigner(t testing.TB, alg string) signer {
	t.Helper()
	var key crypto.Signer
	var err error
	switch alg {
	case "EdDSA":
		_, key, err = ed25519.GenerateKey(rand.Reader)
	case "ES256":
		key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	default:
		key, err = rsa.GenerateKey(rand.Reader, 2048)
	}
	if err != nil {
		t.Fatal(err)
	}
	return signer{alg, key}
}

var base64url = base64.RawURLEncoding.EncodeToString

// jwk returns the public key.
func (s signer) jwk(t testing.TB, kid string) oauthv1alpha1.JSONWebKey {
	t.Helper()
	jwk := oauthv1alpha1.JSONWebKey{KeyID: kid, Use: "sig"}
	switch key := s.key.Public().(type) {
	case ed25519.PublicKey:
		jwk.KeyType, jwk.Curve, jwk.X = oauthv1alpha1.KeyTypeOKP, "Ed25519", base64url(key)
	case *ecdsa.PublicKey:
		point, err := key.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		jwk.KeyType, jwk.Curve, jwk.X, jwk.Y = oauthv1alpha1.KeyTypeEC, "P-256", base64url(point[1:33]), base64url(point[33:])
	case *rsa.PublicKey:
		jwk.KeyType, jwk.N, jwk.E = oauthv1alpha1.KeyTypeRSA, base64url(key.N.Bytes()), base64url(big.NewInt(int64(key.E)).Bytes())
	}
	return jwk
}

// sign returns a JWS.
func (s signer) sign(t testing.TB, header, claims map[string]any) string {
	t.Helper()
	head, _ := json.Marshal(header)
	body, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	text := base64url(head) + "." + base64url(body)
	return text + "." + base64url(s.signature(t, text))
}

func (s signer) signature(t testing.TB, text string) []byte {
	t.Helper()
	digest := sha256.Sum256([]byte(text))
	var signature []byte
	var err error
	switch key := s.key.(type) {
	case ed25519.PrivateKey:
		return ed25519.Sign(key, []byte(text))
	case *ecdsa.PrivateKey:
		r, v, err := ecdsa.Sign(rand.Reader, key, digest[:])
		if err != nil {
			t.Fatal(err)
		}
		return append(r.FillBytes(make([]byte, 32)), v.FillBytes(make([]byte, 32))...)
	case *rsa.PrivateKey:
		if s.alg == "PS256" {
			signature, err = rsa.SignPSS(rand.Reader, key, crypto.SHA256, digest[:], &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash})
		} else {
			signature, err = rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, digest[:])
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return signature
}

// claims are those of an assertion by a client, with changes; nil removes.
func claims(id, audience string, change map[string]any) map[string]any {
	now := time.Now().Unix()
	out := map[string]any{"iss": id, "sub": id, "aud": audience, "exp": now + 60, "iat": now, "jti": rand.Text()}
	for name, value := range change {
		if out[name] = value; value == nil {
			delete(out, name)
		}
	}
	return out
}

// assertion is what the client sends.
func (s signer) assertion(t testing.TB, id, audience string) string {
	t.Helper()
	return s.sign(t, map[string]any{"alg": s.alg, "typ": "JWT"}, claims(id, audience, nil))
}

// byKeys makes a client that signs.
func byKeys(keys ...oauthv1alpha1.JSONWebKey) func(*oauthv1alpha1.OAuthClient) {
	return func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.Authentication.Method = oauthv1alpha1.AuthenticationPrivateKeyJWT
		c.Spec.Authentication.JWKS = &oauthv1alpha1.JSONWebKeySet{Keys: keys}
	}
}
