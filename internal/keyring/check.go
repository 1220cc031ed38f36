package keyring

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"math/big"

	jose "github.com/go-jose/go-jose/v4"
)

// es256 reports whether a key signs ES256 and its public part is that of its private
// part.
func es256(jwk jose.JSONWebKey, key *ecdsa.PrivateKey) bool {
	if jwk.Algorithm != string(jose.ES256) || jwk.Use != "sig" || key.Curve != elliptic.P256() {
		return false
	}
	raw, err := key.Bytes()
	if err != nil {
		return false
	}
	again, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), raw)
	return err == nil && again.PublicKey.Equal(&key.PublicKey)
}

// rs256 returns the key with all that speeds it up if it signs RS256 and its parts
// belong together, else nil.
func rs256(jwk jose.JSONWebKey, key *rsa.PrivateKey) crypto.Signer {
	if jwk.Algorithm != string(jose.RS256) || jwk.Use != "sig" || key.N.BitLen() < rsaBits {
		return nil
	}
	// What can be computed from the rest is computed, not believed.
	again := &rsa.PrivateKey{PublicKey: key.PublicKey, D: key.D, Primes: key.Primes}
	again.Precompute()
	if again.Validate() != nil || !sameCRT(key.Precomputed, again.Precomputed) {
		return nil
	}
	return again
}

// sameCRT reports whether the values that an entry may or may not have are right.
func sameCRT(given, computed rsa.PrecomputedValues) bool {
	same := func(a, b *big.Int) bool { return a == nil || a.Cmp(b) == 0 }
	return same(given.Dp, computed.Dp) && same(given.Dq, computed.Dq) && same(given.Qinv, computed.Qinv)
}
