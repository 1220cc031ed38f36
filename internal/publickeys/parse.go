package publickeys

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/hex"
	"encoding/json"
	"errors"
	"math/big"
	"slices"
	"strings"

	"github.com/grantor-dev/grantor/internal/base64url"
)

// JWK is a key as it is written down (RFC 7517 section 4).
type JWK struct {
	KeyType   string `json:"kty"`
	KeyID     string `json:"kid"`
	Use       string `json:"use"`
	Algorithm string `json:"alg"`
	Curve     string `json:"crv"`
	X         string `json:"x"`
	Y         string `json:"y"`
	N         string `json:"n"`
	E         string `json:"e"`
	D         string `json:"d"`
	// These are of private RSA keys, and of secret keys.
	P     string          `json:"p"`
	Q     string          `json:"q"`
	DP    string          `json:"dp"`
	DQ    string          `json:"dq"`
	QI    string          `json:"qi"`
	Other json.RawMessage `json:"oth"`
	K     string          `json:"k"`
}

// private reports whether the key has a part that its owner must keep.
func (j *JWK) private() bool {
	return j.D != "" || j.P != "" || j.Q != "" || j.DP != "" || j.DQ != "" || j.QI != "" || j.Other != nil || j.K != ""
}

// Key is a public key.
type Key struct {
	// ID is the name of the key; "" if it has none.
	ID string
	// Algorithm is the one that the key is for; "" for each that fits.
	Algorithm string
	public    crypto.PublicKey
}

const (
	minRSABits = 2048
	maxRSABits = 8192
)

// Errors say what is wrong with a key, in words that its owner can read.
var (
	errPrivate = errors.New("it is private; anyone who has read it can sign, so create another one")
	errUse     = errors.New("it is not for signatures")
	errType    = errors.New("it is neither Ed25519 nor P-256 nor RSA")
	errCurve   = errors.New("its coordinates are no point on the curve")
	errEd25519 = errors.New("its x is no Ed25519 key")
	errRSA     = errors.New("its n is no modulus of 2048 to 8192 bits, or its e is no exponent")
)

// Parse returns the key, or an error that says what is wrong with it.
func Parse(j JWK) (Key, error) {
	key := Key{ID: j.KeyID, Algorithm: j.Algorithm}
	if j.private() {
		return Key{}, errPrivate
	}
	if j.Use != "" && j.Use != "sig" {
		return Key{}, errUse
	}
	var err error
	switch {
	case j.KeyType == "EC" && j.Curve == "P-256":
		key.public, err = p256(j)
	case j.KeyType == "OKP" && j.Curve == "Ed25519":
		key.public, err = edwards(j)
	case j.KeyType == "RSA":
		key.public, err = modulus(j)
	default:
		err = errType
	}
	if err != nil {
		return Key{}, err
	}
	if j.Algorithm != "" && !key.fits(j.Algorithm) {
		return Key{}, errType
	}
	return key, nil
}

func p256(j JWK) (crypto.PublicKey, error) {
	x, errX := base64url.Decode(j.X)
	y, errY := base64url.Decode(j.Y)
	if errX != nil || errY != nil || len(x) != 32 || len(y) != 32 {
		return nil, errCurve
	}
	key, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), append(append([]byte{4}, x...), y...))
	if err != nil {
		return nil, errCurve
	}
	return key, nil
}

func edwards(j JWK) (crypto.PublicKey, error) {
	x, err := base64url.Decode(j.X)
	if err != nil || len(x) != ed25519.PublicKeySize || smallOrder(x) {
		return nil, errEd25519
	}
	return ed25519.PublicKey(x), nil
}

// smallOrder reports whether a point has a multiple of at most 8 that is zero. Anyone
// can make signatures of such a key.
func smallOrder(point []byte) bool {
	const f = "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"
	encoded := append([]byte{}, point...)
	encoded[31] &= 0x7f // the sign
	return slices.Contains([]string{
		strings.Repeat("00", 32), "01" + strings.Repeat("00", 31), "ec" + f, "ed" + f, "ee" + f,
		"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
		"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
	}, hex.EncodeToString(encoded))
}

func modulus(j JWK) (crypto.PublicKey, error) {
	n, errN := base64url.Decode(j.N)
	e, errE := base64url.Decode(j.E)
	if errN != nil || errE != nil || len(e) > 4 {
		return nil, errRSA
	}
	key := &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(new(big.Int).SetBytes(e).Int64())}
	bits := key.N.BitLen()
	if bits < minRSABits || bits > maxRSABits || key.N.Bit(0) == 0 || key.E < 3 || key.E > 1<<31-1 || key.E%2 == 0 {
		return nil, errRSA
	}
	return key, nil
}
