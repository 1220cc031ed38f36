package bare

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"time"
)

// lifetime of the tokens, as Grantor's by default.
const lifetime = 15 * time.Minute

// minter makes the tokens.
type minter struct {
	issuer string
	key    *ecdsa.PrivateKey
	aead   cipher.AEAD
}

// claims are those of Grantor's access tokens.
type claims struct {
	Issuer    string        `json:"iss"`
	Subject   string        `json:"sub"`
	Audience  []string      `json:"aud"`
	ClientID  string        `json:"client_id"`
	ClientUID string        `json:"client_uid"`
	Scope     string        `json:"scope"`
	IssuedAt  int64         `json:"iat"`
	ExpiresAt int64         `json:"exp"`
	ID        string        `json:"jti"`
	Bound     *confirmation `json:"cnf,omitempty"`
}

type header struct {
	Algorithm string `json:"alg"`
	KeyID     string `json:"kid"`
	Type      string `json:"typ"`
}

func newMinter(issuer string) (*minter, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("generate key: %w", err)
	}
	secret := make([]byte, 32)
	_, _ = rand.Read(secret)
	block, err := aes.NewCipher(secret)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	return &minter{issuer: issuer, key: key, aead: aead}, err
}

func (m *minter) mint(id string, client Client, scope string, bound *confirmation) (string, error) {
	jti := make([]byte, 16)
	_, _ = rand.Read(jti)
	now := time.Now()
	payload, err := json.Marshal(claims{
		Issuer: m.issuer, Subject: id, Audience: []string{m.issuer}, ClientID: id, ClientUID: client.UID, Scope: scope,
		IssuedAt: now.Unix(), ExpiresAt: now.Add(lifetime).Unix(), ID: encode(jti), Bound: bound,
	})
	if err != nil {
		return "", err
	}
	if client.Opaque {
		return encode(m.aead.Seal(nil, nil, payload, nil)), nil
	}
	head, err := json.Marshal(header{Algorithm: "ES256", KeyID: "0123456789ab", Type: "at+jwt"})
	if err != nil {
		return "", err
	}
	signed := encode(head) + "." + encode(payload)
	digest := sha256.Sum256([]byte(signed))
	r, s, err := ecdsa.Sign(rand.Reader, m.key, digest[:])
	if err != nil {
		return "", err
	}
	signature := make([]byte, 64)
	r.FillBytes(signature[:32])
	s.FillBytes(signature[32:])
	return signed + "." + encode(signature), nil
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
