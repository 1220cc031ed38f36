package sweeper

import (
	"slices"

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
	return r.clientID != "" && !e.accepts(r.namespace, r.clientID)
}

// accepts reports whether a server of a namespace accepts a client without an OAuthClient.
func (e *existing) accepts(namespace, id string) bool {
	return slices.ContainsFunc(e.documents[namespace], func(d *serverspec.Documents) bool { return d.Accepts(id) })
}
