package keyring

import (
	"crypto/ecdsa"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	jose "github.com/go-jose/go-jose/v4"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

const formatVersion = 1

// entry is one value of the key Secret.
type entry struct {
	Version   int                  `json:"version"`
	Use       oauthv1alpha1.KeyUse `json:"use"`
	CreatedAt time.Time            `json:"createdAt"`
	// ActiveFrom and Staged say when the key is used; an entry of an earlier release
	// has neither.
	ActiveFrom time.Time `json:"activeFrom,omitzero"`
	Staged     bool      `json:"staged,omitempty"`
	// RequestedAt is the rotation request that the key meets.
	RequestedAt time.Time       `json:"requestedAt,omitzero"`
	JWK         jose.JSONWebKey `json:"jwk"`
}

// EntryName returns the name of a key's entry in the key Secret.
func EntryName(use oauthv1alpha1.KeyUse, id string) string { return string(use) + "." + id }

// Encode returns the data of the key Secret: for each key "<use>.<id>".
func (r Ring) Encode() (map[string][]byte, error) {
	data := make(map[string][]byte, len(r.keys))
	for _, key := range r.keys {
		e := entry{
			Version: formatVersion, Use: key.Use, CreatedAt: key.CreatedAt,
			ActiveFrom: key.ActiveFrom, Staged: key.Staged, RequestedAt: key.RequestedAt,
		}
		if key.Private != nil {
			e.JWK = jose.JSONWebKey{Key: key.Private, KeyID: key.ID, Algorithm: string(key.Algorithm), Use: "sig"}
		} else {
			e.JWK = jose.JSONWebKey{Key: key.Bytes, KeyID: key.ID}
		}
		value, err := json.Marshal(e)
		if err != nil {
			return nil, fmt.Errorf("encode key %s: %w", EntryName(key.Use, key.ID), err)
		}
		data[EntryName(key.Use, key.ID)] = value
	}
	return data, nil
}

// Decode reads the data of a key Secret. It refuses the whole ring if one entry
// is malformed: a key that silently disappears looks like a key that was retired.
// No error holds key material.
func Decode(data map[string][]byte) (Ring, error) {
	var keys []Key
	seen := map[string]bool{}
	// In order, so that the same Secret always gives the same error.
	for _, name := range slices.Sorted(maps.Keys(data)) {
		key, err := decodeKey(name, data[name])
		if err == nil && seen[key.ID] {
			err = errors.New("another entry has the same id")
		}
		if err != nil {
			return Ring{}, fmt.Errorf("key %q: %w", name, err)
		}
		seen[key.ID] = true
		keys = append(keys, key)
	}
	return New(keys...), nil
}

// validID is what fits into a name, a header, a digest and a status.
var validID = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// uses returns what a key can be for.
func uses() []oauthv1alpha1.KeyUse {
	return []oauthv1alpha1.KeyUse{
		oauthv1alpha1.KeyUseSigning, oauthv1alpha1.KeyUseRoot, oauthv1alpha1.KeyUsePepper, oauthv1alpha1.KeyUsePairwise,
	}
}

func decodeKey(name string, value []byte) (Key, error) {
	var e entry
	if json.Unmarshal(value, &e) != nil {
		return Key{}, errors.New("not a key entry")
	}
	if e.Version != formatVersion {
		return Key{}, fmt.Errorf("version %d is unknown to this release", e.Version)
	}
	use, id, _ := strings.Cut(name, ".")
	switch {
	case use != string(e.Use) || id == "" || id != e.JWK.KeyID:
		return Key{}, errors.New("its name differs from the use and id inside it")
	case !validID.MatchString(id):
		return Key{}, errors.New("its id must have 1 to 64 letters, digits, hyphens and underscores")
	case !slices.Contains(uses(), e.Use):
		return Key{}, errors.New("its use is unknown to this release")
	case e.CreatedAt.IsZero():
		return Key{}, errors.New("it has no time of creation")
	case e.Staged && !e.ActiveFrom.IsZero():
		return Key{}, errors.New("it is staged and in use")
	}
	key := Key{ID: id, Use: e.Use, CreatedAt: e.CreatedAt, ActiveFrom: e.ActiveFrom, Staged: e.Staged, RequestedAt: e.RequestedAt}
	switch material := e.JWK.Key.(type) {
	case *ecdsa.PrivateKey:
		if e.Use != oauthv1alpha1.KeyUseSigning || !es256(e.JWK, material) {
			return Key{}, errors.New("an elliptic curve key must be an ES256 signing key on P-256 whose two parts belong together")
		}
		key.Private, key.Algorithm = material, jose.ES256
	case *rsa.PrivateKey:
		if key.Private = rs256(e.JWK, material); e.Use != oauthv1alpha1.KeyUseSigning || key.Private == nil {
			return Key{}, errors.New("an RSA key must be an RS256 signing key of at least 2048 bits whose parts belong together")
		}
		key.Algorithm = jose.RS256
	case []byte:
		if e.Use == oauthv1alpha1.KeyUseSigning || len(material) < 32 {
			return Key{}, errors.New("a symmetric key must be a root key, a pepper or a pairwise key of at least 32 bytes")
		}
		key.Bytes = material
	default:
		return Key{}, errors.New("not a private P-256 or RSA key and not a symmetric key")
	}
	return key, nil
}
