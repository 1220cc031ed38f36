package keys

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"math/big"
)

func newScheme(private crypto.Signer) (scheme, error) {
	switch private := private.(type) {
	case *ecdsa.PrivateKey:
		return es256{private}, nil
	case *rsa.PrivateKey:
		return rs256{private}, nil
	}
	return nil, errors.New("it signs with no algorithm of this release")
}

// es256 is ECDSA on P-256 with SHA-256 (RFC 7518 section 3.4).
type es256 struct{ private *ecdsa.PrivateKey }

// half is the size of each of the two numbers in an ES256 signature.
const half = 32

func (es256) size() int { return 2 * half }

func (k es256) sign(digest []byte) ([]byte, error) {
	r, s, err := ecdsa.Sign(rand.Reader, k.private, digest)
	if err != nil {
		return nil, err
	}
	signature := make([]byte, 2*half)
	r.FillBytes(signature[:half])
	s.FillBytes(signature[half:])
	return signature, nil
}

func (k es256) verify(digest, signature []byte) bool {
	r, s := new(big.Int).SetBytes(signature[:half]), new(big.Int).SetBytes(signature[half:])
	return ecdsa.Verify(&k.private.PublicKey, digest, r, s)
}

// rs256 is RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 section 3.3).
type rs256 struct{ private *rsa.PrivateKey }

func (k rs256) size() int { return k.private.Size() }

func (k rs256) sign(digest []byte) ([]byte, error) {
	return rsa.SignPKCS1v15(rand.Reader, k.private, crypto.SHA256, digest)
}

func (k rs256) verify(digest, signature []byte) bool {
	return rsa.VerifyPKCS1v15(&k.private.PublicKey, crypto.SHA256, digest, signature) == nil
}
