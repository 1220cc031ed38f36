package clientauth

import (
	"context"
	"slices"

	"github.com/grantor-dev/grantor/internal/clientspec"
	"github.com/grantor-dev/grantor/internal/publickeys"
	"github.com/grantor-dev/grantor/server/assertions"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/jwksets"
)

// Signed reports whether a JWT was signed with one of the keys of a client. It returns an
// httpx.Error if the keys cannot be fetched.
func (a *Authenticator) Signed(ctx context.Context, client *clients.Client, by *clientspec.Signing, jwt *assertions.Assertion) (bool, error) {
	algorithm := jwt.Header.Algorithm
	if !slices.Contains(by.Algorithms, algorithm) {
		return false, nil
	}
	candidate := func(key publickeys.Key) bool { return key.Candidate(algorithm, jwt.Header.KeyID) }
	keys := by.Keys
	if by.JWKSURI != "" {
		sets := a.KeySets
		if client.Virtual() {
			sets = a.DocumentKeys
		}
		var err error
		if keys, err = sets.Keys(ctx, string(client.UID()), jwksets.Source{URI: by.JWKSURI}, candidate); err != nil {
			return false, httpx.Elsewhere(err)
		}
	}
	return signedWith(keys, jwt), nil
}

// signedWith reports whether a JWT was signed with one of the keys.
func signedWith(keys []publickeys.Key, jwt *assertions.Assertion) bool {
	return slices.ContainsFunc(keys, func(key publickeys.Key) bool {
		return key.Candidate(jwt.Header.Algorithm, jwt.Header.KeyID) && key.Verify(jwt.Header.Algorithm, jwt.Signed, jwt.Signature)
	})
}
