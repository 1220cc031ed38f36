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
	// ids and namespaces are those of all OAuthClients that ask for the start page.
	ids, namespaces map[string]bool
	// arrived is how many calls of Shown had begun before the list was made.
	arrived uint64
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
	// All that come while a list is made share the next one: with many changes, there is never
	// more than one at work.
	turn := r.arrived.Add(1)
	r.showing.Lock()
	defer r.showing.Unlock()
	if r.made != nil && r.made.arrived >= turn {
		return r.made.clients, nil
	}
	changes := r.changes.Load()
	s := &shown{epoch: r.epoch.Load(), keys: set, arrived: r.arrived.Load(), ids: map[string]bool{}, namespaces: map[string]bool{}}
	if err := r.show(s); err != nil {
		return nil, err
	}
	r.made = s
	r.remember(changes, func() { r.shown.Store(s) })
	return s.clients, nil
}

// forgetShown drops the list if a change of an OAuthClient can concern it; counted says that one
// came to its namespace or left it.
func (r *Registry) forgetShown(client *oauthv1alpha1.OAuthClient, counted bool) {
	s := r.shown.Load()
	if s != nil && (client.Spec.StartPage == oauthv1alpha1.StartPageShow || s.ids[client.ClientID()] || counted && s.namespaces[client.Namespace]) {
		r.shown.Store(nil)
	}
}

// shownBefore returns the list that was made before, unless something has changed since.
func (r *Registry) shownBefore(set *keys.Set) ([]*clients.Client, bool) {
	s := r.shown.Load()
	if s == nil || s.epoch != r.epoch.Load() || s.keys != set {
		return nil, false
	}
	return s.clients, true
}

func (r *Registry) show(s *shown) error {
	objects, err := r.OAuthClients.Objects().ByIndex(indexStartPage, string(oauthv1alpha1.StartPageShow))
	if err != nil {
		return fmt.Errorf("look up clients of the start page: %w", err)
	}
	var found []named
	for _, object := range objects {
		claimant, ok := object.(*oauthv1alpha1.OAuthClient)
		if !ok {
			continue
		}
		s.ids[claimant.ClientID()], s.namespaces[claimant.Namespace] = true, true
		client, err := r.Client(claimant.ClientID())
		if err != nil {
			return err
		}
		if client != nil && client.UID() == claimant.UID && client.People().Shown {
			found = append(found, named{strings.ToLower(client.People().DisplayName), client})
		}
	}
	slices.SortFunc(found, byName)
	s.clients = make([]*clients.Client, len(found))
	for i := range found {
		s.clients[i] = found[i].client
	}
	return nil
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
