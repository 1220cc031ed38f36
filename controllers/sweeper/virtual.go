package sweeper

import (
	"slices"
	"time"

	"github.com/grantor-dev/grantor/internal/clientid"
	"github.com/grantor-dev/grantor/internal/serverspec"
)

// lacksClient reports whether the client of an object is not there. One without an
// OAuthClient is there for as long as a server of the namespace accepts its ID; which of them
// an object belongs to, it does not say. A Mark has no client ID, and is left to expire. A host
// that is accepted again before its objects were looked at has them back.
func (e *existing) lacksClient(r record) bool {
	switch {
	case r.clientUID == "":
		return false
	case !clientid.UID(r.clientUID).Virtual():
		return !e.clients[r.clientUID]
	}
	if clientid.UID(r.clientUID).Registered() {
		return r.clientID != "" && !e.registers(r.namespace, r.issuedAt)
	}
	return r.clientID != "" && !e.accepts(r.namespace, r.clientID)
}

// registers reports whether a server of a namespace has clients that register without a token,
// of which one could get a Grant at a time. When it registered, only its ID says, which servers
// open.
func (e *existing) registers(namespace string, at time.Time) bool {
	return slices.ContainsFunc(e.anonymous[namespace], func(a *serverspec.Anonymous) bool {
		return a != nil && (at.IsZero() || !at.Before(a.NotBefore))
	})
}

// accepts reports whether a server of a namespace accepts a client without an OAuthClient.
func (e *existing) accepts(namespace, id string) bool {
	return slices.ContainsFunc(e.documents[namespace], func(d *serverspec.Documents) bool { return d.Accepts(id) })
}
