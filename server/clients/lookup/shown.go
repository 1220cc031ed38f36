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
	if list, ok := r.shownBefore(set); ok {
		return list, nil
	}
	// Those who come after a change wait for the first of them, who makes the list for all.
	r.showing.Lock()
	defer r.showing.Unlock()
	if list, ok := r.shownBefore(set); ok {
		return list, nil
	}
	s, changes := &shown{epoch: r.epoch.Load(), keys: set}, r.changes.Load()
	if s.clients, err = r.show(); err != nil {
		return nil, err
	}
	r.remember(changes, func() { r.shown.Store(s) })
	return s.clients, nil
}

// shownBefore returns the list that was made before, unless something has changed since.
func (r *Registry) shownBefore(set *keys.Set) ([]*clients.Client, bool) {
	s := r.shown.Load()
	if s == nil || s.epoch != r.epoch.Load() || s.keys != set {
		return nil, false
	}
	return s.clients, true
}

func (r *Registry) show() ([]*clients.Client, error) {
	objects, err := r.OAuthClients.Objects().ByIndex(indexStartPage, string(oauthv1alpha1.StartPageShow))
	if err != nil {
		return nil, fmt.Errorf("look up clients of the start page: %w", err)
	}
	var found []named
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
			found = append(found, named{strings.ToLower(client.People().DisplayName), client})
		}
	}
	slices.SortFunc(found, byName)
	list := make([]*clients.Client, len(found))
	for i := range found {
		list[i] = found[i].client
	}
	return list, nil
}

// named is a client with its name in lower case.
type named struct {
	name   string
	client *clients.Client
}

// byName has names that differ in case alone side by side. Client IDs are unique.
func byName(a, b named) int {
	return cmp.Or(
		strings.Compare(a.name, b.name), strings.Compare(a.client.People().DisplayName, b.client.People().DisplayName),
		strings.Compare(a.client.GetID(), b.client.GetID()))
}
