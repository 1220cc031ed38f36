package clients

import (
	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/replicas"
)

// Loaded reports whether the local copy has a client in the state that is asked for
// and the rules accept it, so that it authenticates here.
func (r *Registry) Loaded(q replicas.Question) bool {
	object, ok, _ := r.OAuthClients.Objects().GetByKey(q.Namespace + "/" + q.Name)
	if !ok {
		return false
	}
	held, ok := object.(*oauthv1alpha1.OAuthClient)
	if !ok || replicas.State(held) != q.State {
		return false
	}
	client, err := r.Client(held.ClientID())
	return err == nil && client != nil && client.UID() == held.UID
}
