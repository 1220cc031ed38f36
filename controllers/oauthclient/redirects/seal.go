package redirects

import (
	"k8s.io/apimachinery/pkg/types"

	"github.com/grantor-dev/grantor/internal/credentials"
)

// Seal returns the seal of the redirect URIs of a client, given the stored one, and reports
// whether that was one of other redirect URIs. A client that should have moved to the
// present pepper gets another seal of the same redirect URIs, which replicas accept by
// either.
func Seal(list credentials.Redirects, peppers credentials.Peppers, client types.UID, stored string, move bool) (seal string, changed bool) {
	pepper, _ := peppers.Current()
	if !list.Sealed(peppers, client, stored) {
		return list.Seal(pepper, client), true
	}
	if move && credentials.PepperID(stored) != pepper.ID() {
		return list.Seal(pepper, client), false
	}
	return stored, false
}
