package tokens

import (
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/identity"
)

// Insufficient reports whether a user's token does not count, whatever else it lacks, because
// one of the clients that led to it demands a second factor that the user did not give. It
// reads nothing from storage. It returns an httpx.Error.
func (v *Verifier) Insufficient(claims *AccessClaims) (bool, error) {
	if claims.Grant == "" || claims.ACR == identity.ACRSecondFactor {
		return false, nil
	}
	for _, stage := range claims.stages() {
		client, err := v.Clients.Client(stage.ClientID)
		if err != nil {
			return false, httpx.Unavailable(err)
		}
		if client != nil && !client.Suffices(nil) {
			return true, nil
		}
	}
	return false, nil
}
