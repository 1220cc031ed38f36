package keys

import (
	"encoding/json"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	jose "github.com/go-jose/go-jose/v4"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/credentials"
	"github.com/grantor-dev/grantor/internal/keyring"
)

// Set is all keys of a server at one time. It does not change.
type Set struct {
	// ring is what the set was made of, until when it holds: another key is in use from
	// then on. It is zero for ever.
	ring  keyring.Ring
	until time.Time
	// state names the ring.
	state   string
	signers []*Signer
	// current is the signer of new tokens for each algorithm.
	current map[jose.SignatureAlgorithm]*Signer
	// roots are the root keys, the one that seals first; namers those of them that name
	// objects, the oldest first.
	roots   []root
	namers  []root
	peppers credentials.Peppers
	// pairwise is nil until the operator has supplemented a key Secret of an earlier
	// release.
	pairwise *pairwise
	jwks     json.RawMessage
	// verified saves verifying the same token again.
	verified *verified
}

// NewSet decodes the data of a key Secret, for the given time. It refuses a set that is
// not complete.
func NewSet(data map[string][]byte, now time.Time) (*Set, error) {
	ring, err := keyring.Decode(data)
	if err != nil {
		return nil, err
	}
	if missing := ring.Missing(); len(missing) > 0 {
		return nil, fmt.Errorf("no %s key", missing[0])
	}
	return newSet(ring, now, newVerified())
}

func newSet(ring keyring.Ring, now time.Time, verified *verified) (*Set, error) {
	s := &Set{
		ring: ring, until: ring.Switch(now), state: ring.State(),
		current: map[jose.SignatureAlgorithm]*Signer{}, verified: verified,
	}
	if err := s.addSigners(ring.At(oauthv1alpha1.KeyUseSigning, now)); err != nil {
		return nil, err
	}
	for _, key := range ring.At(oauthv1alpha1.KeyUseRoot, now) {
		root, err := newRoot(key)
		if err != nil {
			return nil, err
		}
		s.roots = append(s.roots, root)
	}
	var err error
	if s.peppers, err = ring.Peppers(now); err != nil {
		return nil, err
	}
	if err := s.addPairwise(ring.Of(oauthv1alpha1.KeyUsePairwise)); err != nil {
		return nil, err
	}
	s.addNamers()
	return s, nil
}

// addSigners takes signing keys, the one of each algorithm first that is in use.
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

// State names the keys of the set and when they are used.
func (s *Set) State() string { return s.state }

// Signer returns the signer of new tokens with ES256.
func (s *Set) Signer() *Signer { return s.current[jose.ES256] }

// ErrNoSigner says that the set has no key for an algorithm: the operator has not
// supplemented a key Secret of an earlier release yet.
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
	// Now is the clock; nil is that of the machine.
	Now     func() time.Time
	current atomic.Pointer[Set]
}

func (s *Store) now() time.Time {
	if s.Now == nil {
		return time.Now()
	}
	return s.Now()
}

// Load reads a key Secret. On an error the last good set stays, and so it does when
// the new one lacks a key that the status names: such a Secret was restored from
// somewhere else, and what it signs with may be published nowhere.
func (s *Store) Load(data map[string][]byte, named ...oauthv1alpha1.KeyStatus) error {
	now := s.now()
	set, err := NewSet(data, now)
	if err != nil {
		return fmt.Errorf("load keys: %w", err)
	}
	if missing := set.ring.Lacks(named, now); len(missing) > 0 {
		return fmt.Errorf("load keys: the entry %q is missing", missing[0])
	}
	s.current.Store(set)
	return nil
}

// Current returns the current set, or ErrNoKeys. When the time of another key has come
// it is in use, although nothing was loaded.
func (s *Store) Current() (*Set, error) {
	set := s.current.Load()
	if set == nil {
		return nil, ErrNoKeys
	}
	if set.until.IsZero() {
		return set, nil
	}
	now := s.now()
	if now.Before(set.until) {
		return set, nil
	}
	next, err := newSet(set.ring, now, set.verified)
	if err != nil {
		return nil, fmt.Errorf("take the next keys into use: %w", err)
	}
	// If another one was loaded in the meantime, it has newer keys.
	s.current.CompareAndSwap(set, next)
	return next, nil
}

// Age returns for how long the key that signs with an algorithm has been doing so, and
// whether there is one.
func (s *Store) Age(algorithm string, now time.Time) (time.Duration, bool) {
	set, err := s.Current()
	if err != nil {
		return 0, false
	}
	signer, ok := set.current[jose.SignatureAlgorithm(algorithm)]
	if !ok {
		return 0, false
	}
	return max(0, now.Sub(signer.since)), true
}
