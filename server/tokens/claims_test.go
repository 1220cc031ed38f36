package tokens

import (
	"slices"
	"testing"

	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/storage/grants"
)

// TestEveryClaimCanBeAskedFor: what discovery lists, a request can name one by one.
func TestEveryClaimCanBeAskedFor(t *testing.T) {
	for _, name := range identity.ClaimNames() {
		if name != "sub" && !slices.Equal(grants.ClaimSet(0).With(name).Names(), []string{name}) {
			t.Errorf("a request cannot name %s", name)
		}
	}
}
