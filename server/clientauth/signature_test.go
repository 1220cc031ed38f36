package clientauth

import (
	"context"
	"testing"

	"k8s.io/apimachinery/pkg/types"

	"github.com/grantor-dev/grantor/internal/clientid"
	"github.com/grantor-dev/grantor/internal/clientspec"
	"github.com/grantor-dev/grantor/internal/publickeys"
	"github.com/grantor-dev/grantor/server/assertions"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/jwksets"
)

// counted counts how often it is asked for keys, and has none.
type counted int

// Keys implements KeySets.
func (c *counted) Keys(context.Context, string, jwksets.Source, func(publickeys.Key) bool) ([]publickeys.Key, error) {
	*c++
	return nil, nil
}

// Keys of clients without an OAuthClient take no place of those of others.
func TestWhereKeysAreKept(t *testing.T) {
	var own, documents counted
	a := New(Options{KeySets: &own, DocumentKeys: &documents})
	by := &clientspec.Signing{JWKSURI: "https://agent.example/keys", Algorithms: []string{"ES256"}}
	jwt := &assertions.Assertion{}
	jwt.Header.Algorithm = "ES256"
	for n, uid := range []types.UID{types.UID(clientid.OfSigningDocument("https://agent.example/client.json")), "00000000-0000-0000-0000-000000000001"} {
		if _, err := a.Signed(t.Context(), clients.New(clientspec.Client{UID: uid}), by, jwt); err != nil || documents != 1 || int(own) != n {
			t.Errorf("%s: %v, %d and %d", uid, err, own, documents)
		}
	}
}
