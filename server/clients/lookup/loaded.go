package lookup

import (
	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/replicas"
	"github.com/grantor-dev/grantor/server/clients"
)

// Loaded returns the client of which the local copy has the state that is asked for, if
// the rules accept it, else nil.
func (r *Registry) Loaded(q replicas.Question) *clients.Client {
	object, ok, _ := r.OAuthClients.Objects().GetByKey(q.Namespace + "/" + q.Name)
	if !ok {
		return nil
	}
	held, ok := object.(*oauthv1alpha1.OAuthClient)
	if !ok || replicas.State(held) != q.State {
		return nil
	}
	client, err := r.Client(held.ClientID())
	if err != nil || client == nil || client.UID() != held.UID {
		return nil
	}
	return client
}
