package lookup

import (
	"maps"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// Start makes the registry forget what it decided whenever that could change.
func (r *Registry) Start() error {
	err := r.OAuthServers.OnChange(func(any, any) { r.epoch.Add(1) })
	if err != nil {
		return err
	}
	err = r.Namespaces.OnChange(func(old, present any) {
		if old == nil || present == nil || !maps.Equal(labelsOf(old), labelsOf(present)) {
			r.epoch.Add(1)
		}
	})
	if err != nil {
		return err
	}
	err = r.Policies.OnChange(func(old, present any) {
		was, _ := old.(*oauthv1alpha1.OAuthClientPolicy)
		is, _ := present.(*oauthv1alpha1.OAuthClientPolicy)
		// A policy that was created again while a watch was broken looks like an update.
		if was == nil || is == nil || was.Generation != is.Generation || was.UID != is.UID {
			r.epoch.Add(1)
		}
	})
	if err != nil {
		return err
	}
	return r.OAuthClients.OnChange(func(old, present any) {
		was, _ := old.(*oauthv1alpha1.OAuthClient)
		is, _ := present.(*oauthv1alpha1.OAuthClient)
		counted := r.namespaceIndex.Change(was, is)
		r.mu.Lock()
		defer r.mu.Unlock()
		r.changes.Add(1)
		for _, client := range []*oauthv1alpha1.OAuthClient{was, is} {
			if client != nil {
				r.decided.Delete(client.ClientID())
				r.forgetShown(client, counted)
			}
		}
		r.origins.Clear()
	})
}
