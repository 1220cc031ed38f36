package keys

import (
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"time"

	"golang.org/x/crypto/chacha20poly1305"

	"github.com/grantor-dev/grantor/internal/keyring"
)

// root is one root key with the keys derived from it.
type root struct {
	id []byte
	// former says that the key is of an earlier release, which named objects with root
	// keys.
	former bool
	made   time.Time
	// A purpose without keys is a nil pointer here, never an empty key.
	keys map[Purpose]*derived
}

// derived is the keys of one purpose: one for each thing that can be done with it.
type derived struct {
	seal   cipher.AEAD
	digest []byte
	mac    []byte
}

// rootIDSize is the size of the id of a root key in all that was made with it.
const rootIDSize = 6

func newRoot(key keyring.Key) (root, error) {
	// Any id that the key Secret may hold has one of the same size here.
	short := sha256.Sum256([]byte(key.ID))
	r := root{id: short[:rootIDSize], former: key.ActiveFrom.IsZero() && !key.Staged, made: key.CreatedAt, keys: map[Purpose]*derived{}}
	for _, purpose := range purposes() {
		keys, err := deriveAll(key.Bytes, purpose)
		if err != nil {
			return root{}, err
		}
		r.keys[purpose] = keys
	}
	return r, nil
}

func deriveAll(raw []byte, purpose Purpose) (*derived, error) {
	seal, err := derive(raw, "seal", purpose)
	if err != nil {
		return nil, err
	}
	d := &derived{}
	if d.seal, err = chacha20poly1305.NewX(seal); err != nil {
		return nil, err
	}
	if d.digest, err = derive(raw, "digest", purpose); err != nil {
		return nil, err
	}
	d.mac, err = derive(raw, "mac", purpose)
	return d, err
}

func derive(raw []byte, use string, purpose Purpose) ([]byte, error) {
	return hkdf.Key(sha256.New, raw, nil, "grantor/"+use+"/"+string(purpose)+"/v1", sha256.Size)
}

// root returns the root key that id stands for in what was made with it.
func (s *Set) root(id []byte) (root, bool) {
	for _, r := range s.roots {
		if string(r.id) == string(id) {
			return r, true
		}
	}
	return root{}, false
}

// rootOr returns a root key, or the one in use if there is none of the id.
func (s *Set) rootOr(id RootID) root {
	if r, ok := s.root(id[:]); ok {
		return r
	}
	return s.roots[0]
}
