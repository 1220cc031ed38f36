package oidc

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"

	oidclib "github.com/coreos/go-oidc/v3/oidc"
	jose "github.com/go-jose/go-jose/v4"
	"golang.org/x/sync/singleflight"

	"github.com/grantor-dev/grantor/server/limits"
)

// keyReads is how often the keys of a provider are read: anyone can send a logout token with a
// signature that no known key fits.
var keyReads = limits.Budget{Burst: 5, Every: 2 * time.Second}

var (
	errKeys      = errors.New("the keys of the provider cannot be read")
	errSignature = errors.New("no key of the provider fits")
)

// keySet is the keys of a provider. They are read when a signature fits none of them.
type keySet struct {
	read    func(ctx context.Context) ([]byte, error)
	now     func() time.Time
	reads   *limits.Limiter
	flights singleflight.Group

	mu    sync.Mutex
	known []jose.JSONWebKey
	err   error
}

var _ oidclib.KeySet = (*keySet)(nil)

func newKeySet(read func(ctx context.Context) ([]byte, error), now func() time.Time) *keySet {
	return &keySet{read: read, now: now, reads: limits.New(), err: errKeys}
}

// VerifySignature implements oidclib.KeySet. It returns errKeys if the keys cannot be read.
func (k *keySet) VerifySignature(ctx context.Context, jwt string) ([]byte, error) {
	allowed := make([]jose.SignatureAlgorithm, 0, len(algorithms))
	for _, alg := range algorithms {
		allowed = append(allowed, jose.SignatureAlgorithm(alg))
	}
	signed, err := jose.ParseSignedCompact(jwt, allowed)
	if err != nil || len(signed.Signatures) != 1 {
		return nil, errSignature
	}
	known, _ := k.current()
	if payload := fitting(known, signed); payload != nil {
		return payload, nil
	}
	known, err = k.newest(ctx)
	if err != nil {
		return nil, err
	}
	if payload := fitting(known, signed); payload != nil {
		return payload, nil
	}
	return nil, errSignature
}

// fitting returns what was signed with one of some keys, nil if none fits.
func fitting(known []jose.JSONWebKey, signed *jose.JSONWebSignature) []byte {
	id := signed.Signatures[0].Header.KeyID
	for _, key := range known {
		if id != "" && key.KeyID != id {
			continue
		}
		if payload, err := signed.Verify(&key); err == nil {
			return payload
		}
	}
	return nil
}

func (k *keySet) current() ([]jose.JSONWebKey, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.known, k.err
}

// newest reads the keys, unless that was just done often. It returns errKeys.
func (k *keySet) newest(ctx context.Context) ([]jose.JSONWebKey, error) {
	flight := k.flights.DoChan("", func() (any, error) {
		if k.reads.Take(k.now(), limits.Share{Kind: "keys", Budget: keyReads}) > 0 {
			return struct{}{}, nil
		}
		body, err := k.read(context.WithoutCancel(ctx))
		known, ok := parseKeys(body)
		k.mu.Lock()
		defer k.mu.Unlock()
		if k.err = nil; err != nil || !ok {
			k.err = errKeys
		} else {
			k.known = known
		}
		return struct{}{}, nil
	})
	select {
	case <-flight:
		return k.current()
	case <-ctx.Done():
		return nil, errKeys
	}
}

// parseKeys returns the keys of a JWK Set that this server knows what to do with (RFC 7517
// section 5).
func parseKeys(body []byte) (known []jose.JSONWebKey, ok bool) {
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if json.Unmarshal(body, &set) != nil || set.Keys == nil {
		return nil, false
	}
	for _, raw := range set.Keys {
		var key jose.JSONWebKey
		if json.Unmarshal(raw, &key) == nil && key.Valid() && key.IsPublic() && key.Use != "enc" {
			known = append(known, key)
		}
	}
	return known, true
}
