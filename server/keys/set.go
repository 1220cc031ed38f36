package keys

import (
	"encoding/json"
	"errors"
	"fmt"
	"sync/atomic"

	jose "github.com/go-jose/go-jose/v4"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/credentials"
	"github.com/grantor-dev/grantor/internal/keyring"
)

// Set is all keys of a server at one time. It does not change.
type Set struct {
	signers []*Signer
	// current is the signer of new tokens for each algorithm.
	current map[jose.SignatureAlgorithm]*Signer
	roots   []root
	peppers credentials.Peppers
	// pairwise is nil until the operator has supplemented a key Secret of a former release.
	pairwise *pairwise
	jwks     json.RawMessage
	// verified saves verifying the same token again.
	verified *verified
}

// NewSet decodes the data of a key Secret. It refuses a set that is not complete.
func NewSet(data map[string][]byte) (*Set, error) {
	ring, err := keyring.Decode(data)
	if err != nil {
		return nil, err
	}
	if missing := ring.Missing(); len(missing) > 0 {
		return nil, fmt.Errorf("no %s key", missing[0])
	}
	s := &Set{current: map[jose.SignatureAlgorithm]*Signer{}, verified: newVerified()}
	if err := s.addSigners(ring.Of(oauthv1alpha1.KeyUseSigning)); err != nil {
		return nil, err
	}
	for _, key := range ring.Of(oauthv1alpha1.KeyUseRoot) {
		root, err := newRoot(key.ID, key.Bytes)
		if err != nil {
			return nil, err
		}
		s.roots = append(s.roots, root)
	}
	if s.peppers, err = ring.Peppers(); err != nil {
		return nil, err
	}
	if err := s.addPairwise(ring.Of(oauthv1alpha1.KeyUsePairwise)); err != nil {
		return nil, err
	}
	return s, nil
}

// addSigners takes signing keys, the newest of each algorithm first.
func (s *Set) addSigners(signing []keyring.Key) (err error) {
	public := jose.JSONWebKeySet{}
	for _, key := range signing {
		signer, err := newSigner(key)
		if err != nil {
			return err
		}
		s.signers = append(s.signers, signer)
		if s.current[key.Algorithm] == nil {
			s.current[key.Algorithm] = signer
		}
		public.Keys = append(public.Keys, jose.JSONWebKey{
			Key: key.Private.Public(), KeyID: key.ID, Algorithm: string(key.Algorithm), Use: "sig",
		})
	}
	if s.jwks, err = json.Marshal(public); err != nil {
		return fmt.Errorf("encode public keys: %w", err)
	}
	return nil
}

// Signer returns the signer of new tokens with ES256.
func (s *Set) Signer() *Signer { return s.current[jose.ES256] }

// ErrNoSigner says that the set has no key for an algorithm: the operator has not
// supplemented a key Secret of a former release yet.
var ErrNoSigner = errors.New("no key signs with this algorithm")

// SignerFor returns the signer of new tokens with an algorithm, as RFC 7518 section
// 3.1 names it, or ErrNoSigner.
func (s *Set) SignerFor(algorithm string) (*Signer, error) {
	if signer, ok := s.current[jose.SignatureAlgorithm(algorithm)]; ok {
		return signer, nil
	}
	return nil, fmt.Errorf("%w: %q", ErrNoSigner, algorithm)
}

// Peppers returns the keys of client secret digests.
func (s *Set) Peppers() credentials.Peppers { return s.peppers }

// JWKS returns the public signing keys as a JWK Set (RFC 7517 section 5).
func (s *Set) JWKS() json.RawMessage { return s.jwks }

// ErrNoKeys says that no complete set of keys was seen yet.
var ErrNoKeys = errors.New("the server has no keys; see the condition KeysReady of its OAuthServer")

// Store hands out the current set.
type Store struct {
	current atomic.Pointer[Set]
}

// Load reads a key Secret. On an error the last good set stays, and so it does when
// the new one lacks a key that must be there: such a Secret was restored from
// somewhere else.
func (s *Store) Load(data map[string][]byte, required ...string) error {
	set, err := NewSet(data)
	if err != nil {
		return fmt.Errorf("load keys: %w", err)
	}
	for _, name := range required {
		if _, ok := data[name]; !ok && s.current.Load() != nil {
			return fmt.Errorf("load keys: the entry %q is missing", name)
		}
	}
	s.current.Store(set)
	return nil
}

// Current returns the current set, or ErrNoKeys.
func (s *Store) Current() (*Set, error) {
	if set := s.current.Load(); set != nil {
		return set, nil
	}
	return nil, ErrNoKeys
}
