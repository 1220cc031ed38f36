package keyring

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// Uses are the uses that a complete ring has keys for.
var uses = []oauthv1alpha1.KeyUse{
	oauthv1alpha1.KeyUseSigning,
	oauthv1alpha1.KeyUseRoot,
	oauthv1alpha1.KeyUsePepper,
}

// Generate returns a ring with one new key for each use.
func Generate(now time.Time) (Ring, error) {
	var keys []Key
	for _, use := range uses {
		key, err := generateKey(use, now)
		if err != nil {
			return Ring{}, err
		}
		keys = append(keys, key)
	}
	return New(keys...), nil
}

// Missing returns the uses that r has no key for.
func (r Ring) Missing() []oauthv1alpha1.KeyUse {
	var missing []oauthv1alpha1.KeyUse
	for _, use := range uses {
		if len(r.Of(use)) == 0 {
			missing = append(missing, use)
		}
	}
	return missing
}

func generateKey(use oauthv1alpha1.KeyUse, now time.Time) (Key, error) {
	key := Key{ID: newID(), Use: use, CreatedAt: now.UTC().Truncate(time.Second)}
	if use != oauthv1alpha1.KeyUseSigning {
		key.Bytes = make([]byte, 32)
		_, _ = rand.Read(key.Bytes)
		return key, nil
	}
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return Key{}, fmt.Errorf("generate signing key: %w", err)
	}
	key.Private = private
	return key, nil
}

func newID() string {
	var b [6]byte
	_, _ = rand.Read(b[:])
	return hex.EncodeToString(b[:])
}
