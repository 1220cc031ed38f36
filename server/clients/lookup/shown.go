package lookup

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/keys"
)

// shown are the clients of the start page, and what they were decided from.
type shown struct {
	epoch   uint64
	keys    *keys.Set
	clients []*clients.Client
}

// Shown returns the clients that the server accepts and that the start page lists, by their
// names. The list must not be changed. Clients without an OAuthClient are never among them.
func (r *Registry) Shown() ([]*clients.Client, error) {
	set, err := r.Keys.Current()
	if err != nil {
		return nil, err
	}
	s := &shown{epoch: r.epoch.Load(), keys: set}
	if known := r.shown.Load(); known != nil && known.epoch == s.epoch && known.keys == set {
		return known.clients, nil
	}
	changes := r.changes.Load()
	objects, err := r.OAuthClients.Objects().ByIndex(indexStartPage, string(oauthv1alpha1.StartPageShow))
	if err != nil {
		return nil, fmt.Errorf("look up clients of the start page: %w", err)
	}
	for _, object := range objects {
		claimant, ok := object.(*oauthv1alpha1.OAuthClient)
		if !ok {
			continue
		}
		client, err := r.Client(claimant.ClientID())
		if err != nil {
			return nil, err
		}
		if client != nil && client.UID() == claimant.UID && client.People().Shown {
			s.clients = append(s.clients, client)
		}
	}
	slices.SortFunc(s.clients, byName)
	r.remember(changes, func() { r.shown.Store(s) })
	return s.clients, nil
}

// byName has names that differ in case alone side by side. Client IDs are unique.
func byName(a, b *clients.Client) int {
	one, other := a.People().DisplayName, b.People().DisplayName
	return cmp.Or(strings.Compare(strings.ToLower(one), strings.ToLower(other)), strings.Compare(one, other), strings.Compare(a.GetID(), b.GetID()))
}
