package keys

import (
	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/credentials"
)

// references are the peppers that clients need, by their ids.
type references struct{ newest, old map[string]bool }

func (r *references) add(c *oauthv1alpha1.OAuthClient) {
	if r.newest == nil {
		r.newest, r.old = map[string]bool{}, map[string]bool{}
	}
	for i, credential := range c.Status.Credentials {
		if i == 0 {
			r.newest[credentials.PepperID(credential.Digest)] = true
		} else {
			r.old[credentials.PepperID(credential.Digest)] = true
		}
	}
	r.newest[credentials.PepperID(c.Status.RedirectURIsSeal)] = true
}

// need reports whether a client needs a pepper. Of one that may have leaked
// only those count that can be moved to another.
func (r *references) need(id string, revoked bool) bool {
	return r.newest[id] || r.old[id] && !revoked
}
