package lookup

import (
	"k8s.io/apimachinery/pkg/types"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/server/keys"
)

// originDecision is whether scripts of a web origin may call, and what that was decided
// from. Scripts ask before any authentication, so the answer must be cheap.
type originDecision struct {
	epoch   uint64
	keys    *keys.Set
	allowed bool
}

// AllowsOrigin reports whether scripts of a web origin belong to a client that the
// server accepts.
func (r *Registry) AllowsOrigin(origin string) bool {
	set, err := r.Keys.Current()
	if err != nil {
		return false
	}
	d := originDecision{epoch: r.epoch.Load(), keys: set}
	if known, ok := r.origins.Load(origin); ok {
		if known, ok := known.(originDecision); ok && known.epoch == d.epoch && known.keys == d.keys {
			return known.allowed
		}
	}
	changes := r.changes.Load()
	objects, err := r.OAuthClients.Objects().ByIndex(indexOrigin, origin)
	if err != nil || len(objects) == 0 {
		return false
	}
	d.allowed = r.anyAccepted(objects)
	r.remember(changes, func() { r.origins.Store(origin, d) })
	return d.allowed
}

// anyAccepted reports whether the server accepts one of some OAuthClients.
func (r *Registry) anyAccepted(objects []any) bool {
	// Thousands of them may claim one ID.
	holders := map[string]types.UID{}
	for _, object := range objects {
		claimant, ok := object.(*oauthv1alpha1.OAuthClient)
		if !ok {
			continue
		}
		holder, known := holders[claimant.ClientID()]
		if !known {
			if client, err := r.Client(claimant.ClientID()); err == nil && client != nil {
				holder = client.UID()
			}
			holders[claimant.ClientID()] = holder
		}
		if holder == claimant.UID {
			return true
		}
	}
	return false
}
