package owners

import (
	"slices"
	"time"

	"github.com/grantor-dev/grantor/internal/clientid"
	"github.com/grantor-dev/grantor/internal/serverspec"
)

// lackClient reports whether the client of an object is not there. One without an
// OAuthClient is there for as long as a server of the namespace accepts its ID; which of them
// an object belongs to, it does not say. A Mark has no client ID, and is left to expire. A host
// that is accepted again before its objects were looked at has them back.
func (all *Owners) lackClient(o Owner) bool {
	switch {
	case o.ClientUID == "":
		return false
	case !clientid.UID(o.ClientUID).Virtual():
		return !all.clients[o.ClientUID]
	}
	if clientid.UID(o.ClientUID).Registered() {
		return o.ClientID != "" && !all.registers(o.Namespace, o.IssuedAt)
	}
	return o.ClientID != "" && !all.accepts(o.Namespace, o.ClientID)
}

// registers reports whether a server of a namespace has clients that register without a token,
// of which one could get a Grant at a time. When it registered, only its ID says, which servers
// open.
func (all *Owners) registers(namespace string, at time.Time) bool {
	return slices.ContainsFunc(all.anonymous[namespace], func(a *serverspec.Anonymous) bool {
		return a != nil && (at.IsZero() || !at.Before(a.NotBefore))
	})
}

// accepts reports whether a server of a namespace accepts a client without an OAuthClient.
func (all *Owners) accepts(namespace, id string) bool {
	return slices.ContainsFunc(all.documents[namespace], func(d *serverspec.Documents) bool { return d.Accepts(id) })
}
