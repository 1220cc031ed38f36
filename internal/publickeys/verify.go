package publickeys

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"math/big"
)

// Algorithms returns the signature algorithms that clients may use. None of them can be
// used with a shared secret or without a key.
func Algorithms() []string { return []string{"EdDSA", "ES256", "PS256", "RS256"} }

// fits reports whether the key can be used with an algorithm.
func (k Key) fits(algorithm string) bool {
	switch k.public.(type) {
	case ed25519.PublicKey:
		return algorithm == "EdDSA"
	case *ecdsa.PublicKey:
		return algorithm == "ES256"
	case *rsa.PublicKey:
		return algorithm == "PS256" || algorithm == "RS256"
	}
	return false
}

// Candidate reports whether something that says that it was signed with an algorithm and
// a key of a name, which may be empty, could have been signed with this key.
func (k Key) Candidate(algorithm, id string) bool {
	return k.fits(algorithm) && (k.Algorithm == "" || k.Algorithm == algorithm) && (id == "" || k.ID == "" || k.ID == id)
}

// Verify reports whether a signature is one of the text by this key with an algorithm.
func (k Key) Verify(algorithm, signed string, signature []byte) bool {
	if !k.Candidate(algorithm, "") {
		return false
	}
	digest := sha256.Sum256([]byte(signed))
	switch key := k.public.(type) {
	case ed25519.PublicKey:
		return ed25519.Verify(key, []byte(signed), signature)
	case *ecdsa.PublicKey:
		return len(signature) == 64 && ecdsa.Verify(key, digest[:], new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:]))
	case *rsa.PublicKey:
		if algorithm == "PS256" {
			return rsa.VerifyPSS(key, crypto.SHA256, digest[:], signature, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash}) == nil
		}
		return rsa.VerifyPKCS1v15(key, crypto.SHA256, digest[:], signature) == nil
	}
	return false
}
