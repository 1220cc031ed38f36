package keyring

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	jose "github.com/go-jose/go-jose/v4"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// required returns the kinds that no server can do without.
func required() []Kind {
	return []Kind{
		{Use: oauthv1alpha1.KeyUseSigning, Algorithm: jose.ES256},
		{Use: oauthv1alpha1.KeyUseRoot},
		{Use: oauthv1alpha1.KeyUsePepper},
	}
}

// later returns the kinds that a ring of an earlier release has no key of.
func later() []Kind {
	return []Kind{
		{Use: oauthv1alpha1.KeyUseSigning, Algorithm: jose.RS256},
		{Use: oauthv1alpha1.KeyUsePairwise},
	}
}

// Generate returns a ring with one new key of each kind, in use at once: there is no
// other.
func Generate(now time.Time) (Ring, error) {
	return generate(append(required(), later()...), now)
}

// Stage returns a new key of a kind that is not used yet.
func Stage(kind Kind, now, requested time.Time) (Key, error) {
	key, err := generateKey(kind, now)
	if err != nil {
		return Key{}, fmt.Errorf("generate %s key: %w", kind, err)
	}
	key.ActiveFrom, key.Staged, key.RequestedAt = time.Time{}, true, requested.UTC()
	return key, nil
}

// Missing returns the kinds that a server cannot do without and r has no key of.
func (r Ring) Missing() []Kind { return r.lacks(required()) }

// Outdated returns the kinds that came with a later release than r, which has no
// key of them.
func (r Ring) Outdated() []Kind { return r.lacks(later()) }

// Supplement returns a new key of each kind that r is outdated by, in use at once.
func (r Ring) Supplement(now time.Time) (Ring, error) { return generate(r.Outdated(), now) }

func (r Ring) lacks(kinds []Kind) []Kind {
	return slices.DeleteFunc(kinds, r.has)
}

func generate(kinds []Kind, now time.Time) (Ring, error) {
	keys := make([]Key, 0, len(kinds))
	for _, kind := range kinds {
		key, err := generateKey(kind, now)
		if err != nil {
			return Ring{}, fmt.Errorf("generate %s key: %w", kind, err)
		}
		keys = append(keys, key)
	}
	return New(keys...), nil
}

// rsaBits is the size of a new RSA key and the least of any (RFC 7518 section 3.3).
const rsaBits = 2048

func generateKey(kind Kind, now time.Time) (key Key, err error) {
	key = Key{ID: newID(), Use: kind.Use, Algorithm: kind.Algorithm, CreatedAt: now.UTC().Truncate(time.Second)}
	key.ActiveFrom = key.CreatedAt
	switch kind.Algorithm {
	case jose.ES256:
		key.Private, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case jose.RS256:
		key.Private, err = rsa.GenerateKey(rand.Reader, rsaBits)
	default:
		key.Bytes = make([]byte, 32)
		_, _ = rand.Read(key.Bytes)
	}
	return key, err
}

func newID() string {
	var b [6]byte
	_, _ = rand.Read(b[:])
	return hex.EncodeToString(b[:])
}
